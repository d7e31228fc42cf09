export const id = 944;
export const ids = [944];
export const modules = {

/***/ 2944:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   logMetrics: () => (/* binding */ logMetrics)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_cloudwatch__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7695);
/* harmony import */ var _aws_sdk_client_cloudwatch__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3852);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2960);
/* harmony import */ var _attempt__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5447);
/* harmony import */ var _aws_client__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9459);
/* harmony import */ var _paced_calls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4203);
/* harmony import */ var _typed_answer__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1589);
/** CloudWatch metrics over the AWS SDK: how much a log group takes in. Loaded only when something is asked. */






const DAY_SECONDS = 86_400;
const DAYS = 30;
/** GetMetricData: 50 a second for each account and region (CloudWatch quotas). */
const PACE = { perSecond: 40, burst: 20 };
/** @param calls the queues that it shares with other clients of the run */
function logMetrics(calls = (0,_paced_calls__WEBPACK_IMPORTED_MODULE_2__/* .ownPacing */ .j)()) {
    const inRegion = (0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .onePer */ .g2)((region) => ({
        metrics: (0,_typed_answer__WEBPACK_IMPORTED_MODULE_3__/* .withTypedAnswers */ .M)(new _aws_sdk_client_cloudwatch__WEBPACK_IMPORTED_MODULE_4__/* .CloudWatchClient */ .W((0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .clientSettings */ .ry)(region))),
        queue: calls.queue(`cloudwatch ${region}`, PACE),
    }));
    return {
        async ingestedBytes({ name, region }) {
            const end = new Date();
            const start = new Date(end.getTime() - DAYS * DAY_SECONDS * 1000);
            const results = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('GetMetricData', async (NextToken) => {
                const { metrics, queue } = inRegion(region);
                const page = await queue.read((options) => metrics.send(new _aws_sdk_client_cloudwatch__WEBPACK_IMPORTED_MODULE_5__/* .GetMetricDataCommand */ .S({
                    StartTime: start,
                    EndTime: end,
                    NextToken,
                    MetricDataQueries: [
                        {
                            Id: 'bytes',
                            MetricStat: {
                                Metric: {
                                    Namespace: 'AWS/Logs',
                                    MetricName: 'IncomingBytes',
                                    Dimensions: [{ Name: 'LogGroupName', Value: name }],
                                },
                                Period: DAY_SECONDS,
                                Stat: 'Sum',
                            },
                        },
                    ],
                }), options));
                return { items: page.MetricDataResults, next: page.NextToken };
            });
            if (!results.ok)
                return results;
            const failed = results.value.find(({ StatusCode }) => StatusCode === 'InternalError' || StatusCode === 'Forbidden');
            if (results.value.length === 0)
                return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)('GetMetricData answered without a result');
            if (failed)
                return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)(`GetMetricData answered ${failed.StatusCode ?? ''}`);
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)(results.value.flatMap(({ Values }) => Values ?? []).reduce(sum, 0));
        },
    };
}
function sum(total, value) {
    return total + value;
}


/***/ })

};
