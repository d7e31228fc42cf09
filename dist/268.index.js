export const id = 268;
export const ids = [268];
export const modules = {

/***/ 3268:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ storeFault),
/* harmony export */   clickHouseStore: () => (/* binding */ clickHouseStore)
/* harmony export */ });
/* harmony import */ var _model_redaction__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5940);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2960);
/* harmony import */ var _systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(518);
/* harmony import */ var _systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5674);
/** ClickStack asked through ClickHouse's HTTP interface, with the official client. Loaded only when it is used. */




const TIME_LIMIT_MS = 15_000;
const TRIES = 3;
async function clickHouseStore(settings, clock) {
    const { createClient, ClickHouseLogLevel } = await __webpack_require__.e(/* import() */ 671).then(__webpack_require__.bind(__webpack_require__, 5671));
    const client = createClient({
        url: settings.url,
        username: settings.user,
        password: settings.password,
        database: settings.database,
        request_timeout: TIME_LIMIT_MS,
        // Parameters may be many: they go in the body. Compression would be a setting, which read-only users may not send.
        use_multipart_params: true,
        compression: { request: false, response: false },
        log: { level: ClickHouseLogLevel.OFF },
    });
    const secrets = [settings.password];
    const LOGS = `${settings.tablePrefix}_logs`;
    const TRACES = `${settings.tablePrefix}_traces`;
    const METRICS = ['gauge', 'sum', 'histogram'].map((kind) => `${settings.tablePrefix}_metrics_${kind}`);
    const ask = async (query) => {
        for (let attempt = 1;; attempt++) {
            try {
                const answer = await client.query({
                    query: query.sql,
                    query_params: query.parameters,
                    format: 'JSON',
                });
                // An HTML page of a proxy does not parse; other JSON than ClickHouse's is told by its shape.
                const rows = rowsOf(await answer.json());
                return rows ? (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)(rows) : { ok: false, fault: NO_CLICKHOUSE };
            }
            catch (thrown) {
                const fault = storeFault(thrown, secrets);
                if (fault.kind !== 'unreachable' || attempt === TRIES)
                    return { ok: false, fault };
                await clock.sleep(200 * 2 ** attempt);
            }
        }
    };
    const tables = new Map();
    const missing = (name) => ({
        ok: false,
        fault: { kind: 'missing', text: `there is no table ${name} in database ${settings.database}` },
    });
    const askTable = (name, query) => {
        const table = tables.get(name);
        return table ? ask(query(table)) : Promise.resolve(missing(name));
    };
    const askColumns = (database, names) => ask({
        sql: `
SELECT table, name, type, version() AS version, toUnixTimestamp64Milli(now64(3)) AS ms
FROM system.columns
WHERE database = {database:String} AND table IN {tables:Array(String)}`,
        parameters: { database, tables: names },
    });
    return {
        kind: 'clickhouse',
        batchSize: 1000,
        async prepare() {
            const asked = clock.now();
            const answer = await askColumns(settings.database, [LOGS, TRACES, ...METRICS]);
            if (!answer.ok)
                return answer;
            const columns = columnsIn(answer.value);
            for (const name of [LOGS, TRACES, ...METRICS]) {
                const layout = (0,_systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_2__/* .layoutOf */ .aH)(columns, name) ?? undefined;
                if (layout !== undefined && layout !== 'unknown') {
                    tables.set(name, { database: settings.database, name, layout });
                }
            }
            const logs = tables.get(LOGS);
            if (logs === undefined) {
                return (0,_systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_2__/* .layoutOf */ .aH)(columns, LOGS) === undefined
                    ? missing(LOGS)
                    : {
                        ok: false,
                        fault: { kind: 'unknown-layout', text: `${LOGS} has no layout that is known` },
                    };
            }
            const [first = {}] = answer.value;
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)({
                inWords: `ClickHouse ${text(first['version'])}, ${settings.database}.${LOGS} with ${logs.layout.attributes === 'map' ? 'Map' : 'JSON'} columns`,
                clockAhead: leastDifference(number(first['ms']), asked, clock.now()),
            });
        },
        async findLogs(sought) {
            const answer = await askTable(LOGS, (table) => (0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .logsQuery */ .aL)(table, sought));
            if (!answer.ok)
                return answer;
            const keys = new Map(sought.map((one) => [(0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .rowKey */ .om)(one), one]));
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)(answer.value.flatMap((row) => {
                const one = keys.get(text(row['key']));
                return one ? [logEvidence(row, one)] : [];
            }));
        },
        async findTraces(sought) {
            const spans = await askTable(TRACES, (table) => (0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .spansQuery */ .S7)(table, sought));
            if (!spans.ok)
                return spans;
            const found = sought.map((one) => spansOf(spans.value, one));
            const traceIds = found.flatMap(({ traceIds: ids }) => ids);
            const since = Math.min(...sought.map((one) => one.since));
            const logs = traceIds.length === 0
                ? (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)([])
                : await askTable(LOGS, (table) => (0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .correlatedLogsQuery */ .jM)(table, since, traceIds));
            const correlated = new Map((logs.ok ? logs.value : []).map((row) => [text(row['trace_id']), number(row['found'])]));
            const points = await metricPoints(sought);
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)(found.map(({ key, spans: count, traceIds: ids }, index) => ({
                key,
                spans: count,
                traceId: ids[0],
                correlatedLogs: ids.reduce((sum, id) => sum + (correlated.get(id) ?? 0), 0),
                metricPoints: points.get(sought[index]?.functionName ?? '') ?? 0,
            })));
        },
        async findAstray(sought) {
            const answer = await askTable(LOGS, (table) => (0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .astrayQuery */ .ht)(table, sought));
            if (!answer.ok)
                return answer;
            const keys = new Map(sought.map((one) => [(0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .rowKey */ .om)(one), one.key]));
            return (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)(answer.value.flatMap((row) => {
                const key = keys.get(text(row['key']));
                if (key === undefined)
                    return [];
                return [{ key, serviceNames: texts(row['services']), rows: number(row['found']) }];
            }));
        },
        async findControlRecord(id, since) {
            const answer = await askTable(LOGS, (table) => (0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .controlRecordQuery */ .jd)(table, id, since));
            return answer.ok ? (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)(number(answer.value[0]?.['found']) > 0) : answer;
        },
        async columnsOf(database, names) {
            const answer = await askColumns(database, names);
            return answer.ok ? (0,_model_result__WEBPACK_IMPORTED_MODULE_1__/* .succeeded */ .g)(columnsIn(answer.value)) : answer;
        },
        close: () => client.close(),
    };
    /** Shown, never gated: a table that is not there counts as none. */
    async function metricPoints(sought) {
        const points = new Map();
        for (const name of METRICS) {
            const answer = await askTable(name, (table) => (0,_systems_clickstack_clickhouse_query__WEBPACK_IMPORTED_MODULE_0__/* .metricsQuery */ ._p)(table, sought));
            for (const row of answer.ok ? answer.value : []) {
                const fn = text(row['name']);
                points.set(fn, (points.get(fn) ?? 0) + number(row['found']));
            }
        }
        return points;
    }
}
const NO_CLICKHOUSE = {
    kind: 'refused',
    text: 'what answers there is no ClickHouse',
};
function columnsIn(rows) {
    return rows.map((row) => ({
        table: text(row['table']),
        name: text(row['name']),
        type: text(row['type']),
    }));
}
/** The rows of an answer in format JSON; `exception` stands in one that broke off after its first rows. */
function rowsOf(answer) {
    if (!isRow(answer) || 'exception' in answer)
        return undefined;
    const { data } = answer;
    return Array.isArray(data) && data.every(isRow) ? data : undefined;
}
function isRow(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function logEvidence(row, one) {
    const own = new Set(one.requestIds);
    const lines = new Set(one.ownLines);
    const newest = number(row['newest']);
    return {
        key: one.key,
        freshRows: number(row['fresh_rows']),
        freshStarts: number(row['fresh_starts']),
        // The query knows all ids of the batch; an id counts for the function that it belongs to.
        requestIds: texts(row['request_ids']).filter((id) => own.has(id)),
        ownLines: texts(row['own_lines']).filter((line) => lines.has(line)),
        newest: newest >= one.lookBackTo ? newest : undefined,
        sample: sampleOf(row['sample']),
    };
}
function sampleOf(value) {
    // JSON gives a tuple as a list.
    const [service, name, invocation, provider, platform] = texts(value);
    if (service === undefined)
        return undefined;
    return {
        'service.name': service,
        'faas.name': name ?? '',
        'faas.invocation_id': invocation ?? '',
        'cloud.provider': provider ?? '',
        'cloud.platform': platform ?? '',
    };
}
/** Spans of one function: by its invocations' ids, or by name, version and time. */
function spansOf(rows, one) {
    const own = rows.filter((row) => {
        if (one.requestIds.includes(text(row['invocation_id'])))
            return true;
        const region = text(row['region']);
        return (
        // Without an invocation of ours, any invocation of the function will do.
        (text(row['invocation_id']) === '' || one.requestIds.length === 0) &&
            text(row['name']) === one.functionName &&
            text(row['version']) === one.version &&
            (region === '' || region === one.region) &&
            number(row['ms']) >= one.since);
    });
    return {
        key: one.key,
        spans: own.reduce((sum, row) => sum + number(row['spans']), 0),
        traceIds: [...new Set(own.map((row) => text(row['trace_id'])))].slice(0, 5),
    };
}
function text(value) {
    return typeof value === 'string' ? value : '';
}
function texts(value) {
    return Array.isArray(value) ? value.map(text) : [];
}
/** Older servers quote 64-bit integers in JSON, newer ones do not. */
function number(value) {
    return typeof value === 'number' ? value : Number(value ?? 0);
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
    // Too many simultaneous queries, time-outs, network: worth another try.
    '202': 'unreachable',
    '159': 'unreachable',
    '209': 'unreachable',
    '210': 'unreachable',
};
/** What an error of the client stands for. Also for the endpoint of the exporter. */
function storeFault(thrown, secrets) {
    const error = thrown instanceof Error ? thrown : new Error('unknown');
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const words = (0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .withoutValues */ .lO)((0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .withoutEchoes */ .Kx)(error.message), secrets).slice(0, 200);
    const kind = CODES[code];
    if (kind !== undefined)
        return { kind, text: `ClickHouse answered ${code}: ${words}` };
    if (/^\d+$/.test(code))
        return { kind: 'refused', text: `ClickHouse answered ${code}: ${words}` };
    if (/HTTP\/|Unexpected token|JSON|<html/i.test(words)) {
        return NO_CLICKHOUSE;
    }
    return { kind: 'unreachable', text: `ClickHouse did not answer (${code === '' ? words : code})` };
}
/** The store told its time at some moment between both: what a slow answer alone explains is no difference of clocks. */
function leastDifference(theirs, asked, answered) {
    if (theirs < asked)
        return theirs - asked;
    return theirs > answered ? theirs - answered : 0;
}


/***/ }),

/***/ 518:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AB: () => (/* binding */ quoteName),
/* harmony export */   aH: () => (/* binding */ layoutOf),
/* harmony export */   lt: () => (/* binding */ attribute)
/* harmony export */ });
/**
 * How ClickStack's tables are laid out: found out from `system.columns`, because four layouts are about (today's Map
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


/***/ }),

/***/ 5674:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S7: () => (/* binding */ spansQuery),
/* harmony export */   _p: () => (/* binding */ metricsQuery),
/* harmony export */   aL: () => (/* binding */ logsQuery),
/* harmony export */   ht: () => (/* binding */ astrayQuery),
/* harmony export */   jM: () => (/* binding */ correlatedLogsQuery),
/* harmony export */   jd: () => (/* binding */ controlRecordQuery),
/* harmony export */   om: () => (/* binding */ rowKey)
/* harmony export */ });
/* harmony import */ var _rotel_messages__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7749);
/* harmony import */ var _clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(518);
/**
 * The questions to ClickHouse as SQL. Names are quoted, values are bound as parameters, no setting is sent: users who may
 * only read are refused any. Time and service come first, as the tables are sorted.
 */


const REQUEST_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** What tells functions apart in the rows: several regions may have one name, and aliases other versions. */
function rowKey({ region, version, functionName }) {
    return `${region}/${version}/${functionName}`;
}
/** One row for each sought function that has any. */
function logsQuery(table, sought) {
    const { layout } = table;
    const resource = (key) => (0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(layout, 'ResourceAttributes', key);
    const invocation = (0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(layout, 'LogAttributes', 'faas.invocation_id');
    const starts = _rotel_messages__WEBPACK_IMPORTED_MODULE_0__/* .START_LINES */ .Xy.map((line) => `position(Body, '${line}') > 0`).join(' OR ');
    const sql = `
SELECT
  key,
  countIf(fresh) AS fresh_rows,
  countIf(fresh AND starts) AS fresh_starts,
  groupUniqArrayArray(100)(ids) AS request_ids,
  groupUniqArrayArray(100)(lines) AS own_lines,
  max(ms) AS newest,
  argMax((service, name, invocation_id, cloud_provider, cloud_platform), (invocation_id != '' OR notEmpty(ids), ms)) AS sample
FROM (
  SELECT
    ${resource('faas.name')} AS name,
    concat(${resource('faas.invoked_region')}, '/', ${resource('faas.version')}, '/', name) AS key,
    toUnixTimestamp64Milli(Timestamp) AS ms,
    ms >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0)) AS fresh,
    ServiceName AS service,
    ${invocation} AS invocation_id,
    ${resource('cloud.provider')} AS cloud_provider,
    ${resource('cloud.platform')} AS cloud_platform,
    ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(layout, 'LogAttributes', 'type')} = 'extension' AND (${starts}) AS starts,
    if(ms >= {ids_since:Int64}, arrayFilter(id -> has({ids:Array(String)}, id), arrayPushBack(extractAll(Body, '${REQUEST_ID}'), invocation_id)), []) AS ids,
    if(fresh, arrayFilter(line -> has({lines:Array(String)}, line), [replaceRegexpOne(Body, '\\\\s+$', '')]), []) AS lines
  FROM ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.database)}.${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.name)}
  WHERE ${timeFilter(layout)}
    AND ServiceName IN {services:Array(String)}
    AND key IN {keys:Array(String)}
)
GROUP BY key`;
    return {
        sql,
        parameters: {
            ...timeParameters(sought),
            keys: sought.map(rowKey),
            since: sought.map(({ since }) => Math.floor(since)),
            services: unique(sought.map(({ serviceName }) => serviceName)),
            ids: unique(sought.flatMap(({ requestIds }) => requestIds)),
            ids_since: Math.floor(Math.min(...sought.map(({ idsSince, since }) => idsSince ?? since))),
            lines: unique(sought.flatMap(({ ownLines }) => ownLines)),
        },
    };
}
/** Where rows of these functions are, whatever they call themselves. */
function astrayQuery(table, sought) {
    const resource = (key) => (0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(table.layout, 'ResourceAttributes', key);
    return {
        sql: `
SELECT
  concat(${resource('faas.invoked_region')}, '/', ${resource('faas.version')}, '/', ${resource('faas.name')}) AS key,
  groupUniqArray(5)(ServiceName) AS services,
  count() AS found
FROM ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.database)}.${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.name)}
WHERE ${timeFilter(table.layout)}
  AND key IN {keys:Array(String)}
GROUP BY key`,
        parameters: {
            ...timeParameters(sought.map((one) => ({ ...one, lookBackTo: one.since }))),
            keys: sought.map(rowKey),
        },
    };
}
function controlRecordQuery(table, id, since) {
    return {
        sql: `
SELECT count() AS found
FROM ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.database)}.${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.name)}
WHERE ${timeFilter(table.layout)}
  AND ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(table.layout, 'LogAttributes', 'clickstack.control_id')} = {id:String}`,
        parameters: { from: Math.floor(since), id },
    };
}
/** Spans by trace, of these invocations or of these functions since the change. */
function spansQuery(table, sought) {
    const { layout } = table;
    const resource = (key) => (0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(layout, 'ResourceAttributes', key);
    const invocation = (0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(layout, 'SpanAttributes', 'faas.invocation_id');
    return {
        sql: `
SELECT
  ${invocation} AS invocation_id,
  ${resource('faas.name')} AS name,
  ${resource('faas.version')} AS version,
  if(${resource('cloud.region')} != '', ${resource('cloud.region')}, ${resource('faas.invoked_region')}) AS region,
  min(toUnixTimestamp64Milli(Timestamp)) AS ms,
  count() AS spans,
  TraceId AS trace_id
FROM ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.database)}.${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.name)}
WHERE ${timeFilter(layout)}
  AND (has({ids:Array(String)}, invocation_id) OR has({names:Array(String)}, name))
GROUP BY invocation_id, name, version, region, trace_id
ORDER BY ms DESC
LIMIT 10000`,
        parameters: {
            ...timeParameters(sought.map((one) => ({ ...one, lookBackTo: one.since }))),
            ids: unique(sought.flatMap(({ requestIds }) => requestIds)),
            names: unique(sought.map(({ functionName }) => functionName)),
        },
    };
}
/** How many log rows carry one of these trace ids: only logs that an SDK sent do. */
function correlatedLogsQuery(table, since, traceIds) {
    return {
        sql: `
SELECT TraceId AS trace_id, count() AS found
FROM ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.database)}.${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.name)}
WHERE ${timeFilter(table.layout)}
  AND TraceId IN {traces:Array(String)}
GROUP BY trace_id`,
        parameters: { from: Math.floor(since), traces: traceIds },
    };
}
function metricsQuery(table, sought) {
    const name = (0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .attribute */ .lt)(table.layout, 'ResourceAttributes', 'faas.name');
    return {
        sql: `
SELECT ${name} AS name, count() AS found
FROM ${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.database)}.${(0,_clickhouse_layout__WEBPACK_IMPORTED_MODULE_1__/* .quoteName */ .AB)(table.name)}
WHERE TimeUnix >= fromUnixTimestamp64Milli({from:Int64})
  AND name IN {names:Array(String)}
GROUP BY name`,
        parameters: {
            from: Math.floor(Math.min(...sought.map(({ since }) => since))),
            names: unique(sought.map(({ functionName }) => functionName)),
        },
    };
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


/***/ })

};
