export const id = 877;
export const ids = [877];
export const modules = {

/***/ 2877:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   logGroups: () => (/* binding */ logGroups)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(174);
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3464);
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3749);
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2717);
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(402);
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(519);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2960);
/* harmony import */ var _attempt__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5447);
/* harmony import */ var _aws_client__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9459);
/* harmony import */ var _paced_calls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4203);
/* harmony import */ var _typed_answer__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1589);
/** CloudWatch Logs over the AWS SDK: log groups and what is in them. Loaded only when something is asked. */






/** For each account and region; of FilterLogEvents, what the slowest regions allow (Logs quotas). */
const DESCRIPTIONS = { perSecond: 10, burst: 10 };
const STREAMS = { perSecond: 25, burst: 25 };
const EVENTS = { perSecond: 5, burst: 5 };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** @param calls the queues that it shares with other clients of the run */
function logGroups(calls = (0,_paced_calls__WEBPACK_IMPORTED_MODULE_2__/* .ownPacing */ .j)()) {
    const inRegion = (0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .onePer */ .g2)((region) => connect(region, calls));
    const describe = async ({ name, region, }) => {
        const found = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('DescribeLogGroups', async (nextToken) => {
            const { logs, descriptions } = inRegion(region);
            const page = await descriptions.read((options) => logs.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_4__/* .DescribeLogGroupsCommand */ .V({ logGroupNamePrefix: name, nextToken }), options));
            const exact = page.logGroups?.filter(({ logGroupName }) => logGroupName === name);
            return { items: exact, next: exact?.[0] === undefined ? page.nextToken : undefined };
        });
        return found.ok ? (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(found.value[0]) : found;
    };
    const subscriptionFilters = ({ name, region }) => (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('DescribeSubscriptionFilters', async (nextToken) => {
        const { logs, descriptions } = inRegion(region);
        const page = await descriptions.read((options) => logs.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_6__/* .DescribeSubscriptionFiltersCommand */ .z({ logGroupName: name, nextToken }), options));
        return {
            items: page.subscriptionFilters?.map(({ filterName }) => filterName),
            next: page.nextToken,
        };
    });
    const metricFilters = ({ name, region }) => (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('DescribeMetricFilters', async (nextToken) => {
        const { logs, descriptions } = inRegion(region);
        const page = await descriptions.read((options) => logs.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_7__/* .DescribeMetricFiltersCommand */ .I({ logGroupName: name, nextToken }), options));
        return {
            items: page.metricFilters?.map(({ filterName }) => filterName),
            next: page.nextToken,
        };
    });
    const streamsOfDay = ({ name, region }, day) => (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('DescribeLogStreams', async (nextToken) => {
        const { logs, streams } = inRegion(region);
        const page = await streams.read((options) => logs.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_8__/* .DescribeLogStreamsCommand */ .w({
            logGroupName: name,
            logStreamNamePrefix: day,
            limit: 50,
            nextToken,
        }), options));
        const found = page.logStreams?.map(({ logStreamName, creationTime }) => logStreamName === undefined || creationTime === undefined
            ? undefined
            : { name: logStreamName, createdAt: creationTime });
        return { items: found, next: page.nextToken };
    });
    return {
        async facts(group) {
            const described = await describe(group);
            if (!described.ok)
                return described;
            if (described.value === undefined)
                return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(undefined);
            const { logGroupClass = 'STANDARD', retentionInDays } = described.value;
            const filters = await Promise.all([subscriptionFilters(group), metricFilters(group)]);
            const [subscriptions, metrics] = filters.map((listed) => 
            // Classes that know no such filters refuse the question; so may a group that was deleted since.
            !listed.ok &&
                (listed.fault.kind === 'not-found' ||
                    (listed.fault.kind === 'refused' && logGroupClass !== 'STANDARD'))
                ? (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)([])
                : listed);
            if (!subscriptions || !metrics)
                return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)('the list of filters is missing');
            if (!subscriptions.ok)
                return subscriptions;
            if (!metrics.ok)
                return metrics;
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)({
                logGroupClass,
                retentionDays: retentionInDays,
                subscriptionFilters: subscriptions.value,
                metricFilters: metrics.value,
            });
        },
        /**
         * By the names of streams, which begin with the day on which their environment started. Not ordered by the time of the
         * last event: that lags by up to an hour.
         */
        async streamsSince(group, since) {
            const days = await Promise.all(daysBetween(since, Date.now()).map((day) => streamsOfDay(group, day)));
            const streams = [];
            for (const day of days) {
                if (!day.ok)
                    return day.fault.kind === 'not-found' ? (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)([]) : day;
                streams.push(...day.value.filter(({ createdAt }) => createdAt >= since));
            }
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(streams);
        },
        async eventsWith({ name, region }, since, text) {
            const found = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .allPages */ .S4)('FilterLogEvents', async (nextToken) => {
                const { logs, events } = inRegion(region);
                const page = await events.read((options) => logs.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_9__/* .FilterLogEventsCommand */ .n({
                    logGroupName: name,
                    startTime: since,
                    filterPattern: quoted(text),
                    nextToken,
                }), options));
                return { items: page.events?.map(() => 1), next: page.nextToken };
            });
            if (!found.ok)
                return found.fault.kind === 'not-found' ? (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(0) : found;
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(found.value.length);
        },
        /**
         * FilterLogEvents, and newest first: it looks through all streams with one call, where GetLogEvents takes one for each
         * stream, which has one cold start. Pages may be empty although more is to come; few are followed.
         */
        async newestEvents({ name, region }, { since, until, texts }, limit) {
            let nextToken;
            for (let pages = 0; pages < MOST_PAGES; pages += 1) {
                const token = nextToken;
                const page = await (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .attempt */ .CD)(() => {
                    const { logs, events } = inRegion(region);
                    return events.readLast((options) => logs.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_9__/* .FilterLogEventsCommand */ .n({
                        logGroupName: name,
                        startTime: Math.max(since, NEWEST_FIRST_SINCE),
                        endTime: until,
                        filterPattern: texts.map(quoted).join(' '),
                        limit: 50,
                        startFromHead: false,
                        nextToken: token,
                    }), options), limit);
                });
                if (!page.ok)
                    return page;
                const { events: found } = page.value;
                nextToken = page.value.nextToken;
                if (!Array.isArray(found))
                    return (0,_attempt__WEBPACK_IMPORTED_MODULE_0__/* .incomplete */ .$x)('FilterLogEvents answered without its list');
                if (found.length > 0 || nextToken === undefined)
                    return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(found.flatMap(eventOf));
            }
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)([]);
        },
    };
}
/** Newest first is for events of this time and later (reference of FilterLogEvents, 2026). */
const NEWEST_FIRST_SINCE = Date.UTC(2024, 0, 1);
const MOST_PAGES = 3;
function eventOf({ logStreamName, timestamp, message }) {
    if (logStreamName === undefined || timestamp === undefined || message === undefined)
        return [];
    return [{ stream: logStreamName, at: timestamp, text: message }];
}
function connect(region, calls) {
    return {
        logs: (0,_typed_answer__WEBPACK_IMPORTED_MODULE_3__/* .withTypedAnswers */ .M)(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_10__/* .CloudWatchLogsClient */ .T((0,_aws_client__WEBPACK_IMPORTED_MODULE_1__/* .clientSettings */ .ry)(region))),
        descriptions: calls.queue(`logs ${region}`, DESCRIPTIONS),
        streams: calls.queue(`logs ${region} DescribeLogStreams`, STREAMS),
        events: calls.queue(`logs ${region} FilterLogEvents`, EVENTS),
    };
}
/**
 * UTC days as names of streams begin with them. An hour more on either side: an environment may have its name before
 * midnight and its stream after, and this clock is not Lambda's.
 */
function daysBetween(since, now) {
    const days = [];
    const last = dayOf(now + HOUR_MS);
    for (let at = since - HOUR_MS;; at += DAY_MS) {
        const day = dayOf(at);
        if (day > last)
            return days;
        days.push(day);
    }
}
function dayOf(time) {
    return `${new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')}/`;
}
/** A pattern that stands for the text as it is. */
function quoted(text) {
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
}


/***/ })

};
