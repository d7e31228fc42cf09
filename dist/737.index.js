export const id = 737;
export const ids = [737];
export const modules = {

/***/ 737:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   parameterStore: () => (/* binding */ parameterStore)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ssm__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7650);
/* harmony import */ var _aws_sdk_client_ssm__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3702);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2960);
/* harmony import */ var _attempt__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5447);
/* harmony import */ var _aws_client__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9459);
/* harmony import */ var _paced_calls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4203);
/* harmony import */ var _typed_answer__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1589);
/** Parameter Store over the AWS SDK: no call that returns a value. Loaded only when something is asked. */






/** Systems Manager publishes no rate for it; it slows down by itself where this is too fast. */
const PACE = { perSecond: 20, burst: 10 };
/** @param calls the queues that it shares with other clients of the run */
function parameterStore(calls = (0,_paced_calls__WEBPACK_IMPORTED_MODULE_2__/* .ownPacing */ .j)()) {
    const inRegion = (0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .onePer */ .g2)((region) => ({
        store: (0,_typed_answer__WEBPACK_IMPORTED_MODULE_3__/* .withTypedAnswers */ .M)(new _aws_sdk_client_ssm__WEBPACK_IMPORTED_MODULE_4__/* .SSMClient */ .j((0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .clientSettings */ .ry)(region))),
        queue: calls.queue(`ssm ${region}`, PACE),
    }));
    return {
        /** Not GetParameter: it returns the value, of plain parameters in the clear. */
        async parameter(region, name) {
            const found = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('DescribeParameters', async (NextToken) => {
                const { store, queue } = inRegion(region);
                const page = await queue.read((options) => store.send(new _aws_sdk_client_ssm__WEBPACK_IMPORTED_MODULE_5__/* .DescribeParametersCommand */ .$({
                    ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
                    NextToken,
                }), options));
                const exact = page.Parameters?.filter(({ Name }) => Name === name);
                return { items: exact, next: exact?.[0] === undefined ? page.NextToken : undefined };
            });
            if (!found.ok)
                return found;
            const [parameter] = found.value;
            if (parameter === undefined)
                return (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)(undefined);
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)({
                name,
                type: typeOf(parameter.Type),
                kmsKey: parameter.KeyId,
            });
        },
    };
}
function typeOf(type) {
    return type === 'String' || type === 'StringList' || type === 'SecureString' ? type : 'unknown';
}


/***/ })

};
