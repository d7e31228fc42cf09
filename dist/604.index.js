export const id = 604;
export const ids = [604];
export const modules = {

/***/ 7026:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ES: () => (/* binding */ clickHouseClient),
/* harmony export */   J7: () => (/* binding */ NO_CLICKHOUSE),
/* harmony export */   QA: () => (/* binding */ storeFault)
/* harmony export */ });
/* harmony import */ var _clickhouse_client__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5671);
/* harmony import */ var _model_redaction__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5940);
/** ClickHouse's official client, as the store and the exporter's endpoint use it, and what its errors stand for. */


/** It logs nothing: its lines would hold queries. */
function clickHouseClient({ url, user, password, database, timeLimitMs, use_multipart_params, }) {
    return (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_0__/* .createClient */ .UU)({
        url,
        username: user,
        password,
        ...(database !== undefined && { database }),
        request_timeout: timeLimitMs,
        ...(use_multipart_params !== undefined && { use_multipart_params }),
        // A setting, which read-only users may not send.
        compression: { request: false, response: false },
        log: { level: _clickhouse_client__WEBPACK_IMPORTED_MODULE_0__/* .ClickHouseLogLevel */ .P1.OFF },
    });
}
const NO_CLICKHOUSE = {
    kind: 'refused',
    text: 'the server at this address is not ClickHouse',
};
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
    // Too many simultaneous queries, timeouts, network: may succeed when retried.
    '202': 'unreachable',
    '159': 'unreachable',
    '209': 'unreachable',
    '210': 'unreachable',
};
/** What an error of the client stands for. */
function storeFault(thrown, secrets) {
    const error = thrown instanceof Error ? thrown : new Error('unknown');
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const words = (0,_model_redaction__WEBPACK_IMPORTED_MODULE_1__/* .withoutValues */ .lO)((0,_model_redaction__WEBPACK_IMPORTED_MODULE_1__/* .withoutEchoes */ .Kx)(error.message), secrets).slice(0, 200);
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


/***/ }),

/***/ 7604:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   clickHouseEndpoint: () => (/* binding */ clickHouseEndpoint)
/* harmony export */ });
/* harmony import */ var _systems_clickstack_clickhouse_rows__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5305);
/* harmony import */ var _systems_clickstack_clickhouse_tables__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1381);
/* harmony import */ var _systems_clickstack_otlp_message__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2470);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2960);
/* harmony import */ var _systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(518);
/* harmony import */ var _clickhouse_client__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7026);
/** ClickHouse's HTTP interface as Rotel would use it, with the official client. Loaded only with `exporter: clickhouse`. */






const TIME_LIMIT_MS = 10_000;
/** Each call is made once: what passes is for the caller to ask again. */
function clickHouseEndpoint(target) {
    const client = (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .clickHouseClient */ .ES)({
        url: target.endpoint,
        user: target.user ?? 'default',
        password: target.password ?? '',
        timeLimitMs: TIME_LIMIT_MS,
    });
    const secrets = target.password === undefined ? [] : [target.password];
    const nameOf = (table) => `${(0,_systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_3__/* .quoteName */ .AB)(target.database)}.${(0,_systems_clickstack_clickhouse_layout__WEBPACK_IMPORTED_MODULE_3__/* .quoteName */ .AB)(table)}`;
    return {
        async ping() {
            // At /ping, which answers everybody: whether the user exists is not told.
            const answer = await client.ping();
            return answer.success
                ? (0,_model_result__WEBPACK_IMPORTED_MODULE_4__/* .succeeded */ .g)(true)
                : { ok: false, fault: endpointFault(answer.error, secrets) };
        },
        async describe(table) {
            try {
                const answer = await client.query({
                    query: `DESCRIBE TABLE ${nameOf(table)}`,
                    format: 'JSONEachRow',
                });
                const rows = await answer.json();
                return (0,_model_result__WEBPACK_IMPORTED_MODULE_4__/* .succeeded */ .g)((0,_systems_clickstack_clickhouse_rows__WEBPACK_IMPORTED_MODULE_5__/* .columnsIn */ .J)(rows.map((row) => ({ ...row, table }))));
            }
            catch (thrown) {
                return { ok: false, fault: endpointFault(thrown, secrets) };
            }
        },
        async insert(record) {
            try {
                await client.insert({
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
                return (0,_model_result__WEBPACK_IMPORTED_MODULE_4__/* .succeeded */ .g)(true);
            }
            catch (thrown) {
                return { ok: false, fault: endpointFault(thrown, secrets) };
            }
        },
        close: () => client.close(),
    };
}
/** ClickHouse's errors have its codes, those of the way to it have Node's; without either, something else answered. */
function endpointFault(thrown, secrets) {
    const fault = (0,_clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .storeFault */ .QA)(thrown, secrets);
    const error = thrown instanceof Error ? thrown : new Error('unknown');
    const coded = 'code' in error && typeof error.code === 'string' && error.code !== '';
    if (fault.kind !== 'unreachable' || coded || /time-?out|hang up|abort/i.test(error.message)) {
        return fault;
    }
    return _clickhouse_client__WEBPACK_IMPORTED_MODULE_2__/* .NO_CLICKHOUSE */ .J7;
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


/***/ }),

/***/ 5305:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ columnsIn),
/* harmony export */   y: () => (/* binding */ logEvidence)
/* harmony export */ });
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
/** @param one whose key the row has */
function logEvidence(row, one) {
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
    const [service, name, invocation, provider, platform] = (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .texts */ .Te)(value);
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


/***/ }),

/***/ 2470:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bf: () => (/* binding */ decodeLogsResponse),
/* harmony export */   M2: () => (/* binding */ CONTROL_ID),
/* harmony export */   OK: () => (/* binding */ decodeStatusMessage),
/* harmony export */   S3: () => (/* binding */ controlBody),
/* harmony export */   fV: () => (/* binding */ encodeLogsRequest)
/* harmony export */ });
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
