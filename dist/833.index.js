export const id = 833;
export const ids = [833];
export const modules = {

/***/ 6833:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   secretsManager: () => (/* binding */ secretsManager)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_secrets_manager__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3072);
/* harmony import */ var _aws_sdk_client_secrets_manager__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4144);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2960);
/* harmony import */ var _attempt__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5447);
/* harmony import */ var _aws_client__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9459);
/* harmony import */ var _paced_calls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4203);
/* harmony import */ var _typed_answer__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1589);
/** Secrets Manager over the AWS SDK: no call that returns a value. Loaded only when something is asked. */






/** Far below the quota of Secrets Manager, and as much as is ever needed. */
const PACE = { perSecond: 40, burst: 20 };
/** @param calls the queues that it shares with other clients of the run */
function secretsManager(calls = (0,_paced_calls__WEBPACK_IMPORTED_MODULE_2__/* .ownPacing */ .j)()) {
    const inRegion = (0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .onePer */ .g2)((region) => ({
        store: (0,_typed_answer__WEBPACK_IMPORTED_MODULE_3__/* .withTypedAnswers */ .M)(new _aws_sdk_client_secrets_manager__WEBPACK_IMPORTED_MODULE_4__/* .SecretsManagerClient */ ._((0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .clientSettings */ .ry)(region))),
        queue: calls.queue(`secretsmanager ${region}`, PACE),
    }));
    return {
        async secret(region, arn) {
            const { store, queue } = inRegion(region);
            const answer = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .attempt */ .CD)(() => queue.read((options) => store.send(new _aws_sdk_client_secrets_manager__WEBPACK_IMPORTED_MODULE_5__/* .DescribeSecretCommand */ .X({ SecretId: arn }), options)));
            if (!answer.ok)
                return answer.fault.kind === 'not-found' ? (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)(undefined) : answer;
            const { ARN, DeletedDate, KmsKeyId, VersionIdsToStages } = answer.value;
            if (ARN === undefined)
                return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)('DescribeSecret answered without an ARN');
            const labels = Object.values(VersionIdsToStages ?? {}).flat();
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)({
                arn: ARN,
                scheduledForDeletion: DeletedDate !== undefined,
                hasCurrentVersion: labels.includes('AWSCURRENT'),
                kmsKey: KmsKeyId,
            });
        },
    };
}


/***/ })

};
