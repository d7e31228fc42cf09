export const id = 818;
export const ids = [818];
export const modules = {

/***/ 818:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   identity: () => (/* binding */ identity)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4928);
/* harmony import */ var _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(869);
/* harmony import */ var _model_arn__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1534);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2960);
/* harmony import */ var _attempt__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5447);
/* harmony import */ var _aws_client__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9459);
/* harmony import */ var _paced_calls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4203);
/* harmony import */ var _query_answer__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2605);
/* harmony import */ var _typed_answer__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1589);
/** Who the caller is: asked of STS, which needs no permission. Loaded only when it is asked. */








/** It is asked once. */
const PACE = { perSecond: 20, burst: 5 };
/** @param calls the queues that it shares with other clients of the run */
function identity(region, calls = (0,_paced_calls__WEBPACK_IMPORTED_MODULE_2__/* .ownPacing */ .j)()) {
    const queue = calls.queue(`sts ${region}`, PACE);
    return {
        async whoAmI(limit) {
            const client = (0,_typed_answer__WEBPACK_IMPORTED_MODULE_4__/* .withTypedAnswers */ .M)(new _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_5__/* .STSClient */ .i((0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .clientSettings */ .ry)(region)));
            client.middlewareStack.add((0,_query_answer__WEBPACK_IMPORTED_MODULE_3__/* .insistOnAnswer */ .Ue)(client.config.streamCollector), _query_answer__WEBPACK_IMPORTED_MODULE_3__/* .NEXT_TO_THE_WIRE */ .KI);
            const answer = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .attempt */ .CD)(() => queue.read((options) => client.send(new _aws_sdk_client_sts__WEBPACK_IMPORTED_MODULE_6__/* .GetCallerIdentityCommand */ .z({}), options), limit));
            if (!answer.ok)
                return answer;
            const arn = (0,_model_arn__WEBPACK_IMPORTED_MODULE_7__/* .parseArn */ .Lw)(answer.value.Arn ?? '');
            if (arn === undefined)
                return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)('GetCallerIdentity answered without an ARN');
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_8__/* .succeeded */ .g)({ account: arn.account, partition: arn.partition });
        },
    };
}


/***/ })

};
