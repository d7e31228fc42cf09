export const id = 480;
export const ids = [480];
export const modules = {

/***/ 7026:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ES: () => (/* binding */ clickHouseClient),
/* harmony export */   Mz: () => (/* binding */ errorOf),
/* harmony export */   QA: () => (/* binding */ storeFault),
/* harmony export */   SR: () => (/* binding */ noClickHouse),
/* harmony export */   eY: () => (/* binding */ isNotYet),
/* harmony export */   o_: () => (/* binding */ jsonOf)
/* harmony export */ });
/* harmony import */ var _clickhouse_client__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5671);
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7979);
/* harmony import */ var _model_proxy_fault__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5032);
/* harmony import */ var _model_redaction__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5940);
/* harmony import */ var _known_values__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9776);
/* harmony import */ var _model_text_end__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7170);
/** ClickHouse's official client, as the store and the exporter's endpoint use it, and what its errors stand for. */






/** It logs nothing: its lines would hold queries. Some of its warnings ignore the level, so its logger is silent too. */
function clickHouseClient({ url, user, password, database, timeLimitMs, use_multipart_params, agent, }) {
    const { origin, pathname } = new URL(url);
    const path = (0,_model_text_end__WEBPACK_IMPORTED_MODULE_2__/* .withoutTrailing */ .h)(pathname, '/');
    return (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_0__/* .createClient */ .UU)({
        url: origin,
        ...(path !== '' && { pathname: path }),
        username: user,
        password,
        ...(database !== undefined && { database }),
        request_timeout: timeLimitMs,
        ...(agent !== undefined && { http_agent: agent }),
        ...(use_multipart_params !== undefined && { use_multipart_params }),
        // A setting, which read-only users may not send.
        compression: { request: false, response: false },
        log: { level: _clickhouse_client__WEBPACK_IMPORTED_MODULE_0__/* .ClickHouseLogLevel */ .P1.OFF, LoggerClass: SilentLogger },
    });
}
/**
 * The JSON that a query is answered by. The client's own limit is one of silence: an answer that comes by the byte would be
 * waited for until the run ends. Throws as the client does.
 * @param limitMs for the answer to begin, and as long again for it to end
 */
async function jsonOf(client, query, limitMs) {
    const limit = new AbortController();
    let close = silent;
    const timer = setTimeout(() => {
        limit.abort();
        close();
    }, 2 * limitMs);
    try {
        const answer = await client.query({ ...query, abort_signal: limit.signal });
        close = () => answer.close();
        return await answer.json();
    }
    catch (thrown) {
        // In the client's own words.
        throw limit.signal.aborted ? new Error('Timeout error.') : thrown;
    }
    finally {
        clearTimeout(timer);
    }
}
const silent = () => undefined;
/** As a class, because the client makes one of it. */
class SilentLogger {
    trace = silent;
    debug = silent;
    info = silent;
    warn = silent;
    error = silent;
}
/** Something answers at the address of ClickHouse, and it is something else. */
function noClickHouse({ url }) {
    return { kind: 'refused', text: `${new URL(url).host} is not ClickHouse’s HTTP interface` };
}
/** ClickHouse's error codes, src/Common/ErrorCodes.cpp. */
const CODES = {
    '516': 'unauthenticated',
    '192': 'unauthenticated',
    '193': 'unauthenticated',
    '194': 'unauthenticated',
    '497': 'denied',
    '164': 'denied',
    '60': 'missing',
    '81': 'missing',
    // Too many simultaneous queries, timeouts, network, memory, threads, overload, Keeper: may succeed when retried.
    '202': 'unreachable',
    '159': 'unreachable',
    '209': 'unreachable',
    '210': 'unreachable',
    '241': 'unreachable',
    '279': 'unreachable',
    '439': 'unreachable',
    '745': 'unreachable',
    '999': 'unreachable',
};
/** By shape, not by `instanceof`: Node's errors may be of another realm. The code is ClickHouse's number, or Node's. */
function errorOf(thrown) {
    const { code, message } = (0,_model_json__WEBPACK_IMPORTED_MODULE_3__/* .membersOf */ .lS)(thrown);
    return { code: (0,_model_json__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(code) ?? '', message: (0,_model_json__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(message) ?? 'unknown' };
}
/** What an error of the client stands for. */
function storeFault(thrown, secrets, server) {
    const { code, message } = errorOf(thrown);
    const words = (0,_model_redaction__WEBPACK_IMPORTED_MODULE_4__/* .withoutValues */ .lO)((0,_known_values__WEBPACK_IMPORTED_MODULE_1__/* .shownWords */ .vU)(message), secrets).slice(0, 200);
    const kind = CODES[code];
    if (code === _model_proxy_fault__WEBPACK_IMPORTED_MODULE_5__/* .PROXY_FAULT */ .C)
        return { kind: 'unreachable', text: `ClickHouse: ${words}` };
    if (kind !== undefined) {
        // A secret that does not exist is an empty string in a workflow.
        const isEmpty = kind === 'unauthenticated' && server.password === '';
        const hint = isEmpty ? ' (the password is empty)' : '';
        return { kind, text: `ClickHouse answered ${code}${hint}: ${words}` };
    }
    if (/^\d+$/.test(code))
        return { kind: 'refused', text: `ClickHouse answered ${code}: ${words}` };
    if (code === '' && isNotYet(message)) {
        return { kind: 'unreachable', text: 'ClickHouse does not answer yet: something before it does' };
    }
    if (/HTTP\/|Unexpected token|JSON|<html/i.test(words)) {
        return noClickHouse(server);
    }
    return {
        kind: 'unreachable',
        text: `ClickHouse at ${new URL(server.url).host} did not answer (${code === '' ? words : code})`,
        ...(LASTING.test(code) && { lasts: true }),
    };
}
/** Whether these are the words of a proxy whose ClickHouse is asleep or starting: the client does not tell the status. */
function isNotYet(message) {
    return NOT_YET.test(message.trim());
}
const NOT_YET = /^$|\b50[0234]\b|bad gateway|unavailable|gateway time-?out|upstream|no healthy|try again later/i;
/** No such host; the name or the certificate of another one. */
const LASTING = /^(ENOTFOUND|EPROTO|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;


/***/ }),

/***/ 6480:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  clickHouseStore: () => (/* binding */ clickHouseStore)
});

// EXTERNAL MODULE: ./src/model/grouped-by.ts
var grouped_by = __webpack_require__(6925);
// EXTERNAL MODULE: ./src/model/json.ts
var json = __webpack_require__(7979);
// EXTERNAL MODULE: ./src/model/redaction.ts
var redaction = __webpack_require__(5940);
// EXTERNAL MODULE: ./src/model/result.ts
var result = __webpack_require__(2960);
// EXTERNAL MODULE: ./src/model/poll.ts
var poll = __webpack_require__(8836);
// EXTERNAL MODULE: ./src/systems/clickstack/clickhouse-layout.ts
var clickhouse_layout = __webpack_require__(518);
// EXTERNAL MODULE: ./src/systems/rotel/messages.ts
var messages = __webpack_require__(7749);
// EXTERNAL MODULE: ./src/systems/rotel/account.ts
var rotel_account = __webpack_require__(414);
// EXTERNAL MODULE: ./src/systems/clickstack/own-rows.ts
var own_rows = __webpack_require__(545);
;// CONCATENATED MODULE: ./src/systems/clickstack/clickhouse-query.ts
/**
 * The questions to ClickHouse as SQL. Names are quoted, values are bound as parameters, no setting is sent: users who may
 * only read are refused any. Time and service come first, as the tables are sorted.
 */




const REQUEST_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** One row for each sought function and account that has any. */
function logsQuery(table, sought) {
    const { layout } = table;
    const resource = (key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key);
    const invocation = (0,clickhouse_layout/* attribute */.lt)(layout, 'LogAttributes', 'faas.invocation_id');
    const starts = messages/* START_LINES */.Xy.map((line) => `position(Body, '${line}') > 0`).join(' OR ');
    const ids = unique(sought.flatMap(({ requestIds }) => requestIds));
    const lines = unique(sought.flatMap(({ ownLines }) => ownLines));
    const sql = `
SELECT
  key,
  account,
  countIf(fresh) AS fresh_rows,
  countIf(fresh AND starts) AS fresh_starts,
  groupUniqArrayArray(${ids.length + 1})(ids) AS request_ids,
  groupUniqArrayArray(${lines.length + 1})(lines) AS own_lines,
  max(ms) AS newest,
  argMax((service, name, invocation_id, cloud_provider, cloud_platform, account), (invocation_id != '' OR notEmpty(ids), ms)) AS sample
FROM (
  SELECT
    ${resource('faas.name')} AS name,
    concat(${resource('faas.invoked_region')}, '/', ${resource('faas.version')}, '/', name) AS key,
    ${resource(rotel_account/* ACCOUNT_ATTRIBUTE */.LE)} AS account,
    toUnixTimestamp64Milli(Timestamp) AS ms,
    ms >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0)) AS fresh,
    ServiceName AS service,
    ${invocation} AS invocation_id,
    ${resource('cloud.provider')} AS cloud_provider,
    ${resource('cloud.platform')} AS cloud_platform,
    ${(0,clickhouse_layout/* attribute */.lt)(layout, 'LogAttributes', 'type')} = 'extension' AND (${starts}) AS starts,
    if(ms >= {ids_since:Int64}, arrayFilter(id -> has({ids:Array(String)}, id), arrayPushBack(extractAll(Body, '${REQUEST_ID}'), invocation_id)), []) AS ids,
    if(fresh, arrayFilter(line -> has({lines:Array(String)}, line), [replaceRegexpOne(Body, '\\\\s+$', '')]), []) AS lines
  FROM ${(0,clickhouse_layout/* quoteName */.AB)(table.database)}.${(0,clickhouse_layout/* quoteName */.AB)(table.name)}
  WHERE ${timeFilter(layout)}
    AND ServiceName IN {services:Array(String)}
    AND concat(service, '/', key) IN {own:Array(String)}
)
GROUP BY key, account`;
    return {
        sql,
        parameters: {
            ...timeParameters(sought),
            keys: sought.map(own_rows/* rowKey */.om),
            since: sought.map(({ since }) => Math.floor(since)),
            // The first is for the primary key: a row counts under the name of its own function, not of another one's.
            services: unique(sought.map(({ serviceName }) => serviceName)),
            own: sought.map(serviceKey),
            ids,
            ids_since: Math.floor(Math.min(...sought.map(({ idsSince, since }) => idsSince ?? since))),
            lines,
        },
    };
}
/** Where rows of these functions are under other service names than expected, each since its own change. */
function astrayQuery(table, sought) {
    const resource = (key) => (0,clickhouse_layout/* attribute */.lt)(table.layout, 'ResourceAttributes', key);
    return {
        sql: `
SELECT
  concat(${resource('faas.invoked_region')}, '/', ${resource('faas.version')}, '/', ${resource('faas.name')}) AS key,
  ${resource(rotel_account/* ACCOUNT_ATTRIBUTE */.LE)} AS account,
  groupUniqArray(5)(ServiceName) AS services,
  count() AS found
FROM ${(0,clickhouse_layout/* quoteName */.AB)(table.database)}.${(0,clickhouse_layout/* quoteName */.AB)(table.name)}
WHERE ${timeFilter(table.layout)}
  AND key IN {keys:Array(String)}
  AND concat(ServiceName, '/', key) NOT IN {own:Array(String)}
  AND toUnixTimestamp64Milli(Timestamp) >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0))
GROUP BY key, account`,
        parameters: {
            ...timeParameters(sought.map((one) => ({ ...one, lookBackTo: one.since }))),
            keys: sought.map(own_rows/* rowKey */.om),
            own: sought.map(serviceKey),
            since: sought.map(({ since }) => Math.floor(since)),
        },
    };
}
function controlRecordQuery(table, id, since) {
    return {
        sql: `
SELECT count() AS found
FROM ${(0,clickhouse_layout/* quoteName */.AB)(table.database)}.${(0,clickhouse_layout/* quoteName */.AB)(table.name)}
WHERE ${timeFilter(table.layout)}
  AND ${(0,clickhouse_layout/* attribute */.lt)(table.layout, 'LogAttributes', 'clickstack.control_id')} = {id:String}`,
        parameters: { from: Math.floor(since), id },
    };
}
/**
 * Spans of these invocations, and of these functions since the change: one row for each invocation, and for each account
 * and region of a function, however many spans a busy one has.
 */
function spansQuery(table, sought) {
    const { layout } = table;
    const resource = (key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key);
    const invocation = (0,clickhouse_layout/* spanInvocation */.L8)(layout);
    const byName = sought.filter(({ byRequestIdOnly }) => !byRequestIdOnly);
    const keysOf = (some) => [
        ...some.map(own_rows/* rowKey */.om),
        // An SDK may name no region.
        ...some.map((one) => (0,own_rows/* rowKey */.om)({ ...one, region: '' })),
    ];
    const earliest = new Map();
    for (const one of byName) {
        for (const key of keysOf([one])) {
            earliest.set(key, Math.min(earliest.get(key) ?? Infinity, Math.floor(one.since)));
        }
    }
    return {
        sql: `
SELECT
  if(is_invocation, span_invocation, '') AS invocation_id,
  name,
  version,
  region,
  account,
  max(span_ms) AS ms,
  count() AS spans,
  groupUniqArray(5)(TraceId) AS traces,
  argMax(TraceId, span_ms) AS trace_id
FROM (
  SELECT
    TraceId,
    ${invocation} AS span_invocation,
    has({ids:Array(String)}, span_invocation) AS is_invocation,
    ${resource('faas.name')} AS name,
    ${resource('faas.version')} AS version,
    if(${resource('cloud.region')} != '', ${resource('cloud.region')}, ${resource('faas.invoked_region')}) AS region,
    ${resource(rotel_account/* ACCOUNT_ATTRIBUTE */.LE)} AS account,
    concat(region, '/', version, '/', name) AS key,
    toUnixTimestamp64Milli(Timestamp) AS span_ms
  FROM ${(0,clickhouse_layout/* quoteName */.AB)(table.database)}.${(0,clickhouse_layout/* quoteName */.AB)(table.name)}
  WHERE ${timeFilter(layout)}
    AND (
      is_invocation
      OR (
        has({keys:Array(String)}, key)
        AND (span_invocation = '' OR has({traffic:Array(String)}, key))
        AND span_ms >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0))
      )
    )
)
GROUP BY invocation_id, name, version, region, account`,
        parameters: {
            ...timeParameters(sought.map((one) => ({ ...one, lookBackTo: one.since }))),
            ids: unique(sought.flatMap(({ requestIds }) => requestIds)),
            keys: [...earliest.keys()],
            since: [...earliest.values()],
            // Where nothing was invoked, spans of any invocation count.
            traffic: unique(keysOf(byName.filter(({ requestIds }) => requestIds.length === 0))),
        },
    };
}
/** How many log rows carry one of these trace ids: only logs that an SDK sent do. */
function correlatedLogsQuery(table, since, traceIds) {
    return {
        sql: `
SELECT TraceId AS trace_id, count() AS found
FROM ${(0,clickhouse_layout/* quoteName */.AB)(table.database)}.${(0,clickhouse_layout/* quoteName */.AB)(table.name)}
WHERE ${timeFilter(table.layout)}
  AND TraceId IN {traces:Array(String)}
GROUP BY trace_id`,
        parameters: { from: Math.floor(since), traces: traceIds },
    };
}
function metricsQuery(table, sought) {
    const name = (0,clickhouse_layout/* attribute */.lt)(table.layout, 'ResourceAttributes', 'faas.name');
    const account = (0,clickhouse_layout/* attribute */.lt)(table.layout, 'ResourceAttributes', rotel_account/* ACCOUNT_ATTRIBUTE */.LE);
    return {
        sql: `
SELECT ${name} AS name, ${account} AS account, count() AS found
FROM ${(0,clickhouse_layout/* quoteName */.AB)(table.database)}.${(0,clickhouse_layout/* quoteName */.AB)(table.name)}
WHERE TimeUnix >= fromUnixTimestamp64Milli({from:Int64})
  AND name IN {names:Array(String)}
GROUP BY name, account`,
        parameters: {
            from: Math.floor(Math.min(...sought.map(({ since }) => since))),
            names: unique(sought.map(({ functionName }) => functionName)),
        },
    };
}
/** A service name may have slashes; none of the parts after it has one. */
function serviceKey(one) {
    return `${one.serviceName}/${(0,own_rows/* rowKey */.om)(one)}`;
}
function timeFilter({ hasTimestampTime }) {
    const time = 'Timestamp >= fromUnixTimestamp64Milli({from:Int64})';
    return hasTimestampTime
        ? `TimestampTime >= toDateTime(intDiv({from:Int64}, 1000)) AND ${time}`
        : time;
}
function timeParameters(sought) {
    return {
        from: Math.floor(Math.min(...sought.map(({ lookBackTo, idsSince, since }) => Math.min(lookBackTo, idsSince ?? since, since)))),
    };
}
function unique(values) {
    return [...new Set(values)];
}

// EXTERNAL MODULE: ./src/systems/clickstack/clickhouse-rows.ts
var clickhouse_rows = __webpack_require__(5305);
// EXTERNAL MODULE: ./src/systems/clickstack/row-values.ts
var row_values = __webpack_require__(9790);
// EXTERNAL MODULE: ./src/systems/clickstack/spans.ts
var clickstack_spans = __webpack_require__(1506);
// EXTERNAL MODULE: ./src/systems/clickstack/telemetry-store.ts
var telemetry_store = __webpack_require__(7996);
// EXTERNAL MODULE: ./src/edges/clickhouse-client.ts
var clickhouse_client = __webpack_require__(7026);
;// CONCATENATED MODULE: ./src/edges/clickhouse-store.ts
/** Queries ClickStack through ClickHouse's HTTP interface, with the official client. Loaded only when it is used. */













const TIME_LIMIT_MS = 15_000;
const TRIES = 3;
const PAUSES = { firstMs: 400, longestMs: 800 };
/**
 * The tables of a database, under the names that ClickStack gives them.
 * @param agent through a proxy; `undefined`: the server is reached directly
 */
function clickHouseStore(settings, clock, agent) {
    const client = (0,clickhouse_client/* clickHouseClient */.ES)({
        ...settings,
        agent,
        timeLimitMs: TIME_LIMIT_MS,
        // Parameters may be many: they go in the body.
        use_multipart_params: true,
    });
    const secrets = (0,redaction/* formsOfCredentials */.vj)(settings.user, settings.password);
    const LOGS = `${settings.tablePrefix}_logs`;
    const TRACES = `${settings.tablePrefix}_traces`;
    const METRICS = ['gauge', 'sum', 'histogram'].map((kind) => `${settings.tablePrefix}_metrics_${kind}`);
    const closing = new AbortController();
    const askOnce = async (query) => {
        try {
            const asked = { query: query.sql, query_params: query.parameters, format: 'JSON' };
            // An HTML page of a proxy does not parse; other JSON than ClickHouse's is told by its shape.
            const rows = rowsOf(await (0,clickhouse_client/* jsonOf */.o_)(client, asked, TIME_LIMIT_MS));
            return rows ? (0,result/* succeeded */.g)(rows) : { ok: false, fault: (0,clickhouse_client/* noClickHouse */.SR)(settings) };
        }
        catch (thrown) {
            return { ok: false, fault: (0,clickhouse_client/* storeFault */.QA)(thrown, secrets, settings) };
        }
    };
    const ask = async (query) => {
        let tries = 0;
        const once = async () => {
            const answer = await askOnce(query);
            const passes = !answer.ok && (0,telemetry_store/* mayPass */.b)(answer.fault);
            return passes && ++tries < TRIES ? (0,poll/* notYet */.y8)(answer) : (0,poll/* done */.Vw)(answer);
        };
        return (0,poll/* lastFound */.dr)(await (0,poll/* poll */.wt)(once, PAUSES, { clock, signal: closing.signal }));
    };
    const tables = new Map();
    /** Tables of metrics in an unknown layout. */
    const unreadable = new Set();
    const missing = (name) => ({
        ok: false,
        fault: {
            kind: 'missing',
            text: `the table ${name} does not exist in the database ${settings.database}`,
        },
    });
    const askTable = (name, query) => {
        const table = tables.get(name);
        return table ? ask(query(table)) : Promise.resolve(missing(name));
    };
    const askColumns = (database, names) => ask({
        sql: `
SELECT table, name, type, version() AS version
FROM system.columns
WHERE database = {database:String} AND table IN {tables:Array(String)}`,
        parameters: { database, tables: names },
    });
    return {
        kind: 'clickhouse',
        batchSize: 1000,
        async prepare() {
            const answer = await askColumns(settings.database, [LOGS, TRACES, ...METRICS]);
            if (!answer.ok)
                return answer;
            const columns = (0,clickhouse_rows/* columnsIn */.J)(answer.value);
            for (const name of [LOGS, TRACES, ...METRICS]) {
                const layout = (0,clickhouse_layout/* layoutOf */.aH)(columns, name);
                if (layout === 'unknown') {
                    if (METRICS.includes(name))
                        unreadable.add(name);
                }
                else if (layout !== undefined) {
                    tables.set(name, { database: settings.database, name, layout });
                }
            }
            const logs = tables.get(LOGS);
            if (logs === undefined) {
                return (0,clickhouse_layout/* layoutOf */.aH)(columns, LOGS) === undefined
                    ? missing(LOGS)
                    : {
                        ok: false,
                        fault: { kind: 'unknown-layout', text: `the table ${LOGS} has an unknown schema` },
                    };
            }
            const [first = {}] = answer.value;
            return (0,result/* succeeded */.g)({
                inWords: `ClickHouse ${(0,row_values/* text */.Qq)(first['version'])}, ${settings.database}.${LOGS} with ${logs.layout.attributes === 'map' ? 'Map' : 'JSON'} columns`,
            });
        },
        async findLogs(sought) {
            const answer = await askTable(LOGS, (table) => logsQuery(table, sought));
            if (!answer.ok)
                return answer;
            const rows = byKey(answer.value);
            return (0,result/* succeeded */.g)(sought.flatMap((one) => (0,clickhouse_rows/* logEvidence */.y)(rows.get((0,own_rows/* rowKey */.om)(one)) ?? [], one) ?? []));
        },
        async findTraces(sought) {
            const spans = await askTable(TRACES, (table) => spansQuery(table, sought));
            if (!spans.ok)
                return spans;
            const rows = spans.value.map(clickstack_spans/* spanRow */.DW);
            const traceIds = sought.flatMap((one) => (0,clickstack_spans/* ownSpans */.w7)(rows, one).traceIds);
            const since = Math.min(...sought.map((one) => one.since));
            const logs = traceIds.length === 0
                ? (0,result/* succeeded */.g)([])
                : await askTable(LOGS, (table) => correlatedLogsQuery(table, since, traceIds));
            const correlated = logs.ok
                ? new Map(logs.value.map((row) => [(0,row_values/* text */.Qq)(row['trace_id']), (0,row_values/* number */.ai)(row['found'])]))
                : undefined;
            const points = await metricPoints(sought);
            return (0,result/* succeeded */.g)(sought.map((one) => {
                const { key, spans: count, traceIds: ids } = (0,clickstack_spans/* ownSpans */.w7)(rows, one);
                return {
                    key,
                    spans: count,
                    traceId: ids[0],
                    correlatedLogs: (0,clickstack_spans/* correlatedLogs */.nn)(ids, correlated),
                    metricPoints: points
                        ?.filter(({ name, account }) => name === one.functionName && (0,own_rows/* isOfAccount */.h1)(account, one))
                        .reduce((sum, { found: more }) => sum + more, 0),
                };
            }));
        },
        async findAstray(sought) {
            const answer = await askTable(LOGS, (table) => astrayQuery(table, sought));
            if (!answer.ok)
                return answer;
            const rows = byKey(answer.value);
            return (0,result/* succeeded */.g)(sought.flatMap((one) => {
                const own = (rows.get((0,own_rows/* rowKey */.om)(one)) ?? []).filter((row) => (0,own_rows/* isOfAccount */.h1)((0,row_values/* text */.Qq)(row['account']), one));
                if (own.length === 0)
                    return [];
                return [
                    {
                        key: one.key,
                        serviceNames: [...new Set(own.flatMap((row) => (0,row_values/* texts */.Te)(row['services'])))],
                        rows: own.reduce((sum, row) => sum + (0,row_values/* number */.ai)(row['found']), 0),
                    },
                ];
            }));
        },
        async findControlRecord(id, since) {
            const answer = await askTable(LOGS, (table) => controlRecordQuery(table, id, since));
            return answer.ok ? (0,result/* succeeded */.g)((0,row_values/* number */.ai)(answer.value[0]?.['found']) > 0) : answer;
        },
        async columnsOf(database, names) {
            const answer = await askColumns(database, names);
            return answer.ok ? (0,result/* succeeded */.g)((0,clickhouse_rows/* columnsIn */.J)(answer.value)) : answer;
        },
        close() {
            closing.abort();
            return client.close();
        },
    };
    /**
     * Shown, but not required: beside others, a table that does not exist counts as empty. `undefined`: what there is cannot
     * be told, because a question failed, or because this user sees no table of metrics, which may be there all the same.
     */
    async function metricPoints(sought) {
        const points = [];
        const seen = METRICS.filter((name) => tables.has(name));
        if (seen.length === 0 || unreadable.size > 0)
            return undefined;
        for (const table of seen) {
            const answer = await askTable(table, (one) => metricsQuery(one, sought));
            if (!answer.ok && answer.fault.kind !== 'missing')
                return undefined;
            for (const row of answer.ok ? answer.value : []) {
                const { name, account, found } = row;
                points.push({ name: (0,row_values/* text */.Qq)(name), account: (0,row_values/* text */.Qq)(account), found: (0,row_values/* number */.ai)(found) });
            }
        }
        return points;
    }
}
function byKey(rows) {
    return (0,grouped_by/* groupedBy */.m)(rows, (row) => (0,row_values/* text */.Qq)(row['key']));
}
/** The rows of an answer in format JSON; `exception` stands in one that broke off after its first rows. */
function rowsOf(answer) {
    if (!(0,json/* isRecord */.u4)(answer) || 'exception' in answer)
        return undefined;
    const { data } = answer;
    return Array.isArray(data) && data.every(json/* isRecord */.u4) ? data : undefined;
}


/***/ }),

/***/ 518:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AB: () => (/* binding */ quoteName),
/* harmony export */   L8: () => (/* binding */ spanInvocation),
/* harmony export */   aH: () => (/* binding */ layoutOf),
/* harmony export */   lt: () => (/* binding */ attribute)
/* harmony export */ });
/**
 * How ClickStack's tables are laid out: determined from `system.columns`, because four layouts exist (today's Map
 * columns, the legacy one with TimestampTime, JSON columns, and those that Rotel's own DDL makes).
 */
/** What every known layout has, beside its time. */
const NEEDED = ['ServiceName', 'ResourceAttributes'];
/** Logs and traces have the first, metrics the second. */
const TIMES = ['Timestamp', 'TimeUnix'];
/** @returns `undefined` if the table is not there, `unknown` if it is, in no known layout */
function layoutOf(columns, table) {
    const own = new Map(columns.filter((c) => c.table === table).map((c) => [c.name, c.type]));
    if (own.size === 0)
        return undefined;
    const type = own.get('ResourceAttributes') ?? '';
    if (!NEEDED.every((name) => own.has(name)) || !TIMES.some((name) => own.has(name))) {
        return 'unknown';
    }
    const attributes = type.startsWith('Map(') ? 'map' : type.startsWith('JSON') ? 'json' : undefined;
    if (attributes === undefined)
        return 'unknown';
    return { attributes, hasTimestampTime: own.has('TimestampTime') };
}
/** A name as ClickHouse takes it for nothing but a name. */
function quoteName(name) {
    return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
/** The expression for an attribute's value, an empty string where a row has none. Keys are ours, never the user's. */
function attribute(layout, column, key) {
    return layout.attributes === 'map'
        ? `${column}['${key}']`
        : `ifNull(toString(${column}.${quoteName(key)}), '')`;
}
/**
 * The expression for the request ID of a span, an empty string where it has none. The instrumentation of Node.js still
 * writes the older name (opentelemetry-js-contrib, `instrumentation-aws-lambda`), those of Python and Java the newer one.
 */
function spanInvocation(layout) {
    const id = attribute(layout, 'SpanAttributes', 'faas.invocation_id');
    return `if(${id} != '', ${id}, ${attribute(layout, 'SpanAttributes', 'faas.execution')})`;
}


/***/ }),

/***/ 5305:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ columnsIn),
/* harmony export */   y: () => (/* binding */ logEvidence)
/* harmony export */ });
/* harmony import */ var _own_rows__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(545);
/* harmony import */ var _row_values__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9790);
/** Rows of the queries to ClickHouse, which has counted already, as evidence. */


/** The columns that `system.columns` lists. */
function columnsIn(rows) {
    return rows.map((row) => ({
        table: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['table']),
        name: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['name']),
        type: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['type']),
    }));
}
/**
 * What the rows tell of a function, one for each account; `undefined`: none is of its own.
 *
 * @param rows those that have its key
 */
function logEvidence(rows, one) {
    const [first, ...others] = rows
        .filter((row) => (0,_own_rows__WEBPACK_IMPORTED_MODULE_1__/* .isOfAccount */ .h1)((0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['account']), one))
        .map((row) => evidenceOfRow(row, one))
        // Which has the invocation says more than any other.
        .sort((a, b) => b.requestIds.length - a.requestIds.length);
    if (first === undefined)
        return undefined;
    return others.reduce((all, more) => ({
        ...all,
        freshRows: all.freshRows + more.freshRows,
        freshStarts: all.freshStarts + more.freshStarts,
        requestIds: [...new Set([...all.requestIds, ...more.requestIds])],
        ownLines: [...new Set([...all.ownLines, ...more.ownLines])],
        newest: later(all.newest, more.newest),
    }), first);
}
function later(a, b) {
    return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
function evidenceOfRow(row, one) {
    const own = new Set(one.requestIds);
    const lines = new Set(one.ownLines);
    const newest = (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['newest']);
    return {
        key: one.key,
        freshRows: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['fresh_rows']),
        freshStarts: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['fresh_starts']),
        // The query knows all ids of the batch; an id counts for the function that it belongs to.
        requestIds: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .texts */ .Te)(row['request_ids']).filter((id) => own.has(id)),
        ownLines: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .texts */ .Te)(row['own_lines']).filter((line) => lines.has(line)),
        newest: newest >= one.lookBackTo ? newest : undefined,
        sample: sampleOf(row['sample']),
    };
}
function sampleOf(value) {
    // JSON gives a tuple as a list.
    const [service, name, invocation, provider, platform, account] = (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .texts */ .Te)(value);
    if (service === undefined)
        return undefined;
    return {
        'service.name': service,
        'faas.name': name ?? '',
        'faas.invocation_id': invocation ?? '',
        'cloud.provider': provider ?? '',
        'cloud.platform': platform ?? '',
        'cloud.account.id': account ?? '',
    };
}


/***/ }),

/***/ 545:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h1: () => (/* binding */ isOfAccount),
/* harmony export */   om: () => (/* binding */ rowKey),
/* harmony export */   s1: () => (/* binding */ accountsOf)
/* harmony export */ });
/** Which rows are a function's own, as far as its account tells: the one rule for both ways to ask. */
/** What tells functions apart in the rows beside the account: several regions may have one name, and aliases other versions. */
function rowKey({ region, version, functionName }) {
    return `${region}/${version}/${functionName}`;
}
/**
 * The accounts that its rows may name, the empty one for none; `any` where that cannot be known, so that only the request
 * ID can prove it.
 */
function accountsOf({ account, accountInRows }) {
    switch (accountInRows) {
        case 'written':
            return [account];
        case 'absent':
            // An SDK may bring it.
            return ['', account];
        case 'open':
            return 'any';
    }
}
/** @param account of a row, empty where it names none */
function isOfAccount(account, sought) {
    const accounts = accountsOf(sought);
    return accounts === 'any' || accounts.includes(account);
}


/***/ }),

/***/ 9790:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qq: () => (/* binding */ text),
/* harmony export */   Te: () => (/* binding */ texts),
/* harmony export */   ai: () => (/* binding */ number)
/* harmony export */ });
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7979);
/** Values of rows as ClickHouse writes them in JSON, directly or through HyperDX. */

/** Empty for anything that is not a text. */
function text(value) {
    return (0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(value) ?? '';
}
function texts(value) {
    return (0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .listOf */ .c3)(value).map(text);
}
/** Older servers quote 64-bit integers, newer ones do not. */
function number(value) {
    return typeof value === 'number' ? value : Number(value ?? 0);
}


/***/ }),

/***/ 1506:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DW: () => (/* binding */ spanRow),
/* harmony export */   nn: () => (/* binding */ correlatedLogs),
/* harmony export */   w7: () => (/* binding */ ownSpans)
/* harmony export */ });
/* harmony import */ var _own_rows__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(545);
/* harmony import */ var _row_values__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9790);
/** Which of the spans that were found are a function's own. */


/** Rows by the aliases that both ways of asking give them; HyperDX lists each span, and counts none. */
function spanRow(row) {
    return {
        ms: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['ms']),
        traceIds: [(0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['trace_id']), ...(0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .texts */ .Te)(row['traces'])],
        invocationId: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['invocation_id']),
        functionName: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['name']),
        version: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['version']),
        region: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['region']),
        account: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['account']),
        spans: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['spans'] ?? 1),
    };
}
/** @param counts log rows by trace; `undefined`: they could not be asked for */
function correlatedLogs(traceIds, counts) {
    if (traceIds.length === 0)
        return 0;
    return counts && traceIds.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0);
}
/**
 * By the invocation's id; spans without one by name, version, account and time, and any of them where nothing was invoked,
 * unless only the request ID counts.
 */
function ownSpans(rows, sought) {
    const { requestIds } = sought;
    const isInvocation = ({ invocationId }) => invocationId !== '' && requestIds.includes(invocationId);
    const own = rows.filter((row) => isInvocation(row) ||
        (!sought.byRequestIdOnly &&
            row.ms >= sought.since &&
            (row.invocationId === '' || requestIds.length === 0) &&
            row.functionName === sought.functionName &&
            row.version === sought.version &&
            (row.region === '' || row.region === sought.region) &&
            (0,_own_rows__WEBPACK_IMPORTED_MODULE_1__/* .isOfAccount */ .h1)(row.account, sought)));
    const traces = [...own.filter(isInvocation), ...own].flatMap(({ traceIds }) => traceIds);
    return {
        key: sought.key,
        spans: own.reduce((sum, { spans }) => sum + spans, 0),
        traceIds: [...new Set(traces)].filter((id) => id !== '').slice(0, 5),
    };
}


/***/ })

};
