export const id = 604;
export const ids = [604];
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

/***/ 7604:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   clickHouseEndpoint: () => (/* binding */ clickHouseEndpoint)
/* harmony export */ });
/* harmony import */ var _systems_clickstack_clickhouse_rows__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5305);
/* harmony import */ var _systems_clickstack_clickhouse_tables__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1381);
/* harmony import */ var _systems_clickstack_otlp_message__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2470);
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7979);
/* harmony import */ var _model_redaction__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5940);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2960);
/* harmony import */ var _systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(518);
/* harmony import */ var _clickhouse_client__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7026);
/** ClickHouse's HTTP interface as Rotel would use it, with the official client. Loaded only with `exporter: clickhouse`. */








const TIME_LIMIT_MS = 10_000;
/** Also of an answer that has begun: the client's own limit is one of silence. */
const inTime = () => AbortSignal.timeout(2 * TIME_LIMIT_MS);
/**
 * Each call is made once: what passes is for the caller to ask again.
 * @param agent through a proxy; `undefined`: the server is reached directly
 */
function clickHouseEndpoint(target, agent) {
    const server = { url: target.endpoint, password: target.password ?? '' };
    const user = target.user ?? 'default';
    const client = (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .clickHouseClient */ .ES)({ ...server, user, timeLimitMs: TIME_LIMIT_MS, agent });
    const secrets = (0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .formsOfCredentials */ .vj)(user, server.password);
    const endpointFault = (thrown) => faultOf(thrown, secrets, server);
    const nameOf = (table) => `${(0,_systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_4__/* .quoteName */ .AB)(target.database)}.${(0,_systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_4__/* .quoteName */ .AB)(table)}`;
    return {
        async ping() {
            // At /ping, which answers everybody: whether the user exists is not told.
            const answer = await client.ping({ select: false, abort_signal: inTime() });
            return answer.success
                ? (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(true)
                : { ok: false, fault: endpointFault(answer.error) };
        },
        async describe(table) {
            try {
                const query = `DESCRIBE TABLE ${nameOf(table)}`;
                const rows = await (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .jsonOf */ .o_)(client, { query, format: 'JSONEachRow' }, TIME_LIMIT_MS);
                if (!Array.isArray(rows))
                    return { ok: false, fault: (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .noClickHouse */ .SR)(server) };
                const columns = (0,_systems_clickstack_clickhouse_rows__WEBPACK_IMPORTED_MODULE_6__/* .columnsIn */ .J)(rows.map((row) => ({ ...(0,_model_json__WEBPACK_IMPORTED_MODULE_7__/* .membersOf */ .lS)(row), table })));
                // A table that is missing is an exception of ClickHouse's, and none is without columns.
                return columns.length > 0 ? (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(columns) : { ok: false, fault: (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .noClickHouse */ .SR)(server) };
            }
            catch (thrown) {
                return { ok: false, fault: endpointFault(thrown) };
            }
        },
        async insert(record) {
            try {
                await client.insert({
                    abort_signal: inTime(),
                    table: nameOf((0,_systems_clickstack_clickhouse_tables__WEBPACK_IMPORTED_MODULE_0__/* .tableName */ .Cm)(target, 'logs')),
                    format: 'JSONEachRow',
                    columns: [
                        'Timestamp',
                        'SeverityText',
                        'SeverityNumber',
                        'ServiceName',
                        'Body',
                        'ResourceAttributes',
                        'LogAttributes',
                    ],
                    values: [
                        {
                            // As text a DateTime64 takes seconds with a fraction, whatever its time zone; as a number it takes ticks.
                            Timestamp: (record.time / 1000).toFixed(3),
                            SeverityText: 'INFO',
                            SeverityNumber: 9,
                            ServiceName: record.serviceName,
                            Body: (0,_systems_clickstack_otlp_message__WEBPACK_IMPORTED_MODULE_1__/* .controlBody */ .S3)(record.id),
                            ResourceAttributes: { 'service.name': record.serviceName },
                            LogAttributes: { [_systems_clickstack_otlp_message__WEBPACK_IMPORTED_MODULE_1__/* .CONTROL_ID */ .M2]: record.id },
                        },
                    ],
                });
                return (0,_model_result__WEBPACK_IMPORTED_MODULE_5__/* .succeeded */ .g)(true);
            }
            catch (thrown) {
                return { ok: false, fault: endpointFault(thrown) };
            }
        },
        close: () => client.close(),
    };
}
/** ClickHouse's errors have its codes, those of the way to it have Node's; without either, something else answered. */
function faultOf(thrown, secrets, server) {
    const fault = (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .storeFault */ .QA)(thrown, secrets, server);
    const { code, message } = (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .errorOf */ .Mz)(thrown);
    const isOfTheWay = code !== '' || (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .isNotYet */ .eY)(message) || /time-?out|hang up|abort/i.test(message);
    return fault.kind !== 'unreachable' || isOfTheWay ? fault : (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .noClickHouse */ .SR)(server);
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

/***/ 2470:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bf: () => (/* binding */ decodeLogsResponse),
/* harmony export */   M2: () => (/* binding */ CONTROL_ID),
/* harmony export */   OK: () => (/* binding */ decodeStatusMessage),
/* harmony export */   S3: () => (/* binding */ controlBody),
/* harmony export */   fV: () => (/* binding */ encodeLogsRequest),
/* harmony export */   n5: () => (/* binding */ decodeJsonLogsResponse)
/* harmony export */ });
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7979);
/**
 * The two OTLP messages that the endpoint check needs, as protobuf by hand: an export of at most one log record, and
 * its answer. Field numbers: opentelemetry-proto v1, `logs.proto`, `common.proto`, `logs_service.proto`.
 */

/** The attribute by which a control record is found again. */
const CONTROL_ID = 'clickstack.control_id';
/** So that whoever meets the record in ClickStack knows what it is. */
function controlBody(id) {
    return `ClickStack for AWS Lambda: control record ${id}`;
}
/** An `ExportLogsServiceRequest`; without a record it is empty, which is zero bytes, and a valid export. */
function encodeLogsRequest(record) {
    if (!record)
        return Buffer.alloc(0);
    const nanoseconds = BigInt(Math.trunc(record.time)) * 1000000n;
    const logRecord = Buffer.concat([
        fixed64(1, nanoseconds),
        Buffer.from([(2 << 3) | VARINT, SEVERITY_INFO]),
        text(3, 'INFO'),
        bytes(5, text(1, controlBody(record.id))),
        attribute(6, CONTROL_ID, record.id),
        fixed64(11, nanoseconds),
    ]);
    const scope = text(1, 'clickstack-lambda-action');
    const resource = attribute(1, 'service.name', record.serviceName);
    const scopeLogs = Buffer.concat([bytes(1, scope), bytes(2, logRecord)]);
    return bytes(1, Buffer.concat([bytes(1, resource), bytes(2, scopeLogs)]));
}
/** Reads an `ExportLogsServiceResponse`; `undefined` for other bytes. */
function decodeLogsResponse(message) {
    const fields = readFields(message);
    if (!fields)
        return undefined;
    const partial = fields.get(1);
    if (partial === undefined)
        return { rejected: 0, message: '' };
    const { number, text: words } = numberAndText(partial);
    return { rejected: number, message: words };
}
/** The same as JSON: `{}` or `{"partialSuccess":{…}}`, and nothing else. A 64-bit number is a text in protobuf's JSON. */
function decodeJsonLogsResponse(message) {
    const response = message === '' ? {} : (0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(message);
    if (!(0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(response))
        return undefined;
    const { partialSuccess = null, ...others } = response;
    if (Object.keys(others).length > 0)
        return undefined;
    if (partialSuccess === null)
        return { rejected: 0, message: '' };
    if (!(0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .isRecord */ .u4)(partialSuccess))
        return undefined;
    const rejected = partialSuccess['rejectedLogRecords'] ?? 0;
    if (typeof rejected !== 'number' && typeof rejected !== 'string')
        return undefined;
    return {
        rejected: Number(rejected) || 0,
        message: (0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .textOf */ .b6)(partialSuccess['errorMessage']) ?? '',
    };
}
/** The message of a `google.rpc.Status`, which is the body of a failed OTLP/HTTP export; empty for any other body. */
function decodeStatusMessage(message) {
    return numberAndText(message).text;
}
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** OTLP SeverityNumber. */
const SEVERITY_INFO = 9;
function attribute(field, key, value) {
    return bytes(field, Buffer.concat([text(1, key), bytes(2, text(1, value))]));
}
function text(field, value) {
    return bytes(field, Buffer.from(value, 'utf8'));
}
function bytes(field, value) {
    return Buffer.concat([
        Buffer.from([(field << 3) | LENGTH_DELIMITED, ...varint(value.length)]),
        value,
    ]);
}
function fixed64(field, value) {
    const buffer = Buffer.alloc(9);
    buffer.writeUInt8((field << 3) | FIXED64);
    buffer.writeBigUInt64LE(value, 1);
    return buffer;
}
function varint(value) {
    return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
/** Field 1 a number and field 2 a text: the shape of a partial success and of a status. */
function numberAndText(message) {
    const fields = typeof message === 'number' ? undefined : readFields(message);
    const number = fields?.get(1);
    const words = fields?.get(2);
    return {
        number: typeof number === 'number' ? number : 0,
        text: words instanceof Buffer ? words.toString('utf8') : '',
    };
}
/** The last value of each field; `undefined` where the bytes are not a protobuf message. */
function readFields(message) {
    const buffer = Buffer.from(message);
    const fields = new Map();
    let at = 0;
    const readVarint = () => {
        let value = 0;
        for (let scale = 1; at < buffer.length && scale < 2 ** 64; scale *= 128) {
            const byte = buffer.readUInt8(at++);
            value += (byte & 0x7f) * scale;
            if (byte < 0x80)
                return value;
        }
        return NaN;
    };
    while (at < buffer.length) {
        const tag = readVarint();
        const field = Math.floor(tag / 8);
        const type = tag % 8;
        if (Number.isNaN(tag) || field === 0)
            return undefined;
        if (type === VARINT) {
            const value = readVarint();
            if (Number.isNaN(value))
                return undefined;
            fields.set(field, value);
            continue;
        }
        const length = type === LENGTH_DELIMITED ? readVarint() : WIDTHS[type];
        if (length === undefined || !(at + length <= buffer.length))
            return undefined;
        fields.set(field, buffer.subarray(at, at + length));
        at += length;
    }
    return fields;
}
const WIDTHS = { [FIXED64]: 8, [FIXED32]: 4 };


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


/***/ })

};
