export const id = 818;
export const ids = [818];
export const modules = {

/***/ 818:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   identity: () => (/* binding */ identity)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4928);
/* harmony import */ var _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(869);
/* harmony import */ var _model_arn__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1534);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2960);
/* harmony import */ var _attempt__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5447);
/* harmony import */ var _aws_client__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9459);
/* harmony import */ var _query_answer__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2605);
/** Who the caller is: asked of STS, which needs no permission. Loaded only when it is asked. */






function identity(region) {
    return {
        async whoAmI() {
            const client = new _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_2__/* .STSClient */ .i({ ...(0,_aws_client__WEBPACK_IMPORTED_MODULE_3__/* .clientSettings */ .ry)(region), maxAttempts: 8 });
            client.middlewareStack.add((0,_query_answer__WEBPACK_IMPORTED_MODULE_1__/* .insistOnAnswer */ .Ue)(client.config.streamCollector), _query_answer__WEBPACK_IMPORTED_MODULE_1__/* .NEXT_TO_THE_WIRE */ .KI);
            const answer = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .attempt */ .CD)(() => client.send(new _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_4__/* .GetCallerIdentityCommand */ .z({})));
            if (!answer.ok)
                return answer;
            const arn = (0,_model_arn__WEBPACK_IMPORTED_MODULE_5__/* .parseArn */ .Lw)(answer.value.Arn ?? '');
            if (arn === undefined)
                return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)('GetCallerIdentity answered without an ARN');
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)({ account: arn.account, partition: arn.partition });
        },
    };
}


/***/ }),

/***/ 2605:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KI: () => (/* binding */ NEXT_TO_THE_WIRE),
/* harmony export */   Ue: () => (/* binding */ insistOnAnswer),
/* harmony export */   ym: () => (/* binding */ UnreadableAnswer)
/* harmony export */ });
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7979);
/**
 * Answers of AWS's query protocol, which IAM and STS speak: in XML, with the operation's name as its root. The SDK takes
 * any other XML, and no body at all, for an answer without members, and those of most writes have none.
 */

/** Where it stands among the SDK's middleware: next to the wire, and each of the SDK's attempts passes through it. */
const NEXT_TO_THE_WIRE = {
    step: 'deserialize',
    priority: 'low',
    name: 'insistOnAnswer',
};
/**
 * A middleware that throws when a good answer is not that of the operation.
 * @param collect the client's own way to read a body
 */
function insistOnAnswer(collect) {
    return (next, { commandName = '' }) => async (given) => {
        const answered = await next(given);
        const { statusCode, body } = (0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .membersOf */ .lS)(answered.response);
        if (((0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .numberOf */ .rl)(statusCode) ?? 0) >= 300)
            return answered;
        const bytes = await collect(body);
        const operation = commandName.replace(/Command$/, '');
        if (!Buffer.from(bytes).toString('utf8').includes(`<${operation}Response`)) {
            throw new UnreadableAnswer(operation);
        }
        // A body can be read once: the SDK is given what was in it.
        if (typeof answered.response === 'object')
            Object.assign(answered.response ?? {}, { body: bytes });
        return answered;
    };
}
/** What AWS, or something on the way to it, answered well and is not its answer: as good as none. */
class UnreadableAnswer extends Error {
    name = 'UnreadableAnswer';
    constructor(operation) {
        super(`${operation} was answered with something else`);
    }
}


/***/ })

};
