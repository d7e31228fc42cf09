export const id = 126;
export const ids = [126];
export const modules = {

/***/ 7126:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  hyperDxStore: () => (/* binding */ hyperDxStore)
});

// EXTERNAL MODULE: ./src/model/json.ts
var model_json = __webpack_require__(7979);
// EXTERNAL MODULE: ./src/model/result.ts
var result = __webpack_require__(2960);
// EXTERNAL MODULE: ./src/systems/rotel/messages.ts
var messages = __webpack_require__(7749);
// EXTERNAL MODULE: ./src/systems/clickstack/clickhouse-layout.ts
var clickhouse_layout = __webpack_require__(518);
// EXTERNAL MODULE: ./src/systems/clickstack/clickhouse-query.ts
var clickhouse_query = __webpack_require__(5674);
;// CONCATENATED MODULE: ./src/systems/clickstack/sql-text.ts
/** Values in SQL where parameters cannot be bound: HyperDX's search takes a condition as text. */
/**
 * A ClickHouse string with exactly these bytes. Anything but plain characters is sent as hex, so that no quote, backslash
 * or macro (`$__…`) of a value is in the SQL: HyperDX parses the condition with a PostgreSQL grammar and prints
 * it anew (`fastifySQL` in its common-utils), and two grammars do not agree on escapes.
 */
function sqlText(value) {
    const isPlain = /^[A-Za-z0-9 _.$:/=@+-]*$/.test(value) && !value.includes('$_');
    return isPlain ? `'${value}'` : `unhex('${Buffer.from(value, 'utf8').toString('hex')}')`;
}
/** What stands between the brackets of `IN (…)` and `array(…)`, each value once; a value that nothing has for no values. */
function sqlTexts(values) {
    const distinct = [...new Set(values)];
    return distinct.length === 0 ? sqlText(NEVER) : distinct.map(sqlText).join(',');
}
/** `IN ()` is not valid SQL, and this does not occur as an attribute or a body. */
const NEVER = '\u0000';

;// CONCATENATED MODULE: ./src/systems/clickstack/hyperdx-query.ts
/**
 * The questions to HyperDX as bodies of `POST /api/v2/search`: rows, newest first, for its search aggregates nothing.
 * Limits (HyperDX `packages/api/src/routers/external-api/v2/search.ts`): `where` 8,192 and `select` 4,096 characters,
 * 2,000 rows, offset 10,000; no `;` and no subquery in `select`.
 */




const LONGEST_WHERE = 8192;
/** Read of a body; a request id further back is not found. */
const BODY_BYTES = 8192;
/** As many as `multiSearchAny` takes (ClickHouse, string search functions). */
const MOST_NEEDLES = 255;
/** Enough of a line to tell it from others; the rows that come back are compared whole. */
const LINE_PREFIX = 40;
/** Rows that prove something: starts of the extension, and those with a sought request id or own line. */
function evidenceSearch(layout, sought) {
    const invocation = (0,clickhouse_layout/* attribute */.lt)(layout, 'LogAttributes', 'faas.invocation_id');
    const needles = [
        ...messages/* START_LINES */.Xy,
        ...sought.flatMap(({ requestIds }) => requestIds.filter((id) => id !== '')),
        ...sought.flatMap(({ ownLines }) => ownLines.map(beginning).filter((text) => text !== '')),
    ];
    const haystack = `concat(${invocation}, ' ', Body)`;
    const hits = chunks([...new Set(needles)], MOST_NEEDLES).map((some) => `multiSearchAny(${haystack}, array(${sqlTexts(some)})) = 1`);
    const from = Math.min(...sought.map(({ since, idsSince }) => Math.min(since, idsSince ?? since)));
    return {
        select: logColumns(layout, `left(Body, ${BODY_BYTES})`),
        where: `${functionRows(layout, sought, from)} AND (${hits.join(' OR ')})`,
        from,
        maxResults: 1000,
    };
}
/** Any rows, without their bodies: what is newest of each function, and its attributes. */
function newestSearch(layout, sought) {
    const from = Math.min(...sought.map(({ since, lookBackTo }) => Math.min(since, lookBackTo)));
    return {
        select: logColumns(layout, `''`),
        where: functionRows(layout, sought, from),
        from,
        maxResults: 2000,
    };
}
/** Rows of these functions under other service names than expected. */
function astraySearch(layout, sought) {
    const from = Math.min(...sought.map(({ since }) => since));
    const expected = sqlTexts(sought.map((one) => `${one.serviceName}/${(0,clickhouse_query/* rowKey */.om)(one)}`));
    return {
        select: logColumns(layout, `''`),
        where: `${since(from)} AND ${keys(layout, sought)} AND NOT (concat(ServiceName, '/', ${rowKeySql(layout)}) IN (${expected}))`,
        from,
        maxResults: 2000,
    };
}
function controlRecordSearch(layout, id, from) {
    const control = (0,clickhouse_layout/* attribute */.lt)(layout, 'LogAttributes', 'clickstack.control_id');
    return {
        select: `${control} AS control_id`,
        where: `${since(from)} AND ${control} IN (${sqlTexts([id])})`,
        from,
        maxResults: 1,
    };
}
/** Spans of these invocations, or of these functions since the change. */
function spansSearch(layout, sought) {
    const resource = (key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key);
    const invocation = (0,clickhouse_layout/* attribute */.lt)(layout, 'SpanAttributes', 'faas.invocation_id');
    const from = Math.min(...sought.map((one) => one.since));
    const ids = sqlTexts(sought.flatMap(({ requestIds }) => requestIds.filter((id) => id !== '')));
    const names = sqlTexts(sought.map(({ functionName }) => functionName));
    return {
        select: [
            'toUnixTimestamp64Milli(Timestamp) AS ms',
            'TraceId AS trace_id',
            `${invocation} AS invocation_id`,
            `${resource('faas.name')} AS name`,
            `${resource('faas.version')} AS version`,
            `if(${resource('cloud.region')} != '', ${resource('cloud.region')}, ${resource('faas.invoked_region')}) AS region`,
        ].join(', '),
        where: `${since(from)} AND (${invocation} IN (${ids}) OR ${resource('faas.name')} IN (${names}))`,
        from,
        maxResults: 2000,
    };
}
/** Log rows that carry one of these trace ids: only logs that an SDK sent do. */
function correlatedLogsSearch(from, traceIds) {
    return {
        select: 'TraceId AS trace_id',
        where: `${since(from)} AND TraceId IN (${sqlTexts(traceIds)})`,
        from,
        maxResults: 2000,
    };
}
/** Finds the form of the attribute columns out: the wrong one is refused. */
function probeSearch(layout, attributes, from) {
    const columns = [
        (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', 'faas.name'),
        (0,clickhouse_layout/* attribute */.lt)(layout, attributes, 'faas.invocation_id'),
    ];
    return {
        select: `${columns[0] ?? ''} AS name, ${columns[1] ?? ''} AS invocation_id, ServiceName, Timestamp`,
        where: '',
        from,
        maxResults: 1,
    };
}
/** As few groups as make conditions that HyperDX still takes. */
function fittingGroups(sought, search) {
    if (sought.length <= 1 || search(sought).where.length <= LONGEST_WHERE) {
        return sought.length === 0 ? [] : [sought];
    }
    const half = Math.ceil(sought.length / 2);
    return [sought.slice(0, half), sought.slice(half)].flatMap((part) => fittingGroups(part, search));
}
/** Time and service first, as the tables are sorted. */
function functionRows(layout, sought, from) {
    const services = sqlTexts(sought.map(({ serviceName }) => serviceName));
    return `${since(from)} AND ServiceName IN (${services}) AND ${keys(layout, sought)}`;
}
/** Even where the source's own time is in whole seconds, or in days. */
function since(from) {
    return `Timestamp >= fromUnixTimestamp64Milli(${Math.floor(from)})`;
}
function keys(layout, sought) {
    return `${rowKeySql(layout)} IN (${sqlTexts(sought.map(clickhouse_query/* rowKey */.om))})`;
}
/** Region, version and name together, as `rowKey` writes them. */
function rowKeySql(layout) {
    const [region, version, name] = ['faas.invoked_region', 'faas.version', 'faas.name'].map((key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key));
    return `concat(${region ?? ''}, '/', ${version ?? ''}, '/', ${name ?? ''})`;
}
function logColumns(layout, body) {
    const resource = (key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key);
    const log = (key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'LogAttributes', key);
    return [
        'toUnixTimestamp64Milli(Timestamp) AS ms',
        'ServiceName AS service',
        `${resource('faas.name')} AS name`,
        `${resource('faas.version')} AS version`,
        `${resource('faas.invoked_region')} AS region`,
        `${resource('cloud.provider')} AS cloud_provider`,
        `${resource('cloud.platform')} AS cloud_platform`,
        `${log('faas.invocation_id')} AS invocation_id`,
        `${log('type')} AS log_type`,
        `${body} AS text`,
    ].join(', ');
}
function beginning(line) {
    return Array.from(line.trimEnd()).slice(0, LINE_PREFIX).join('');
}
function chunks(values, size) {
    return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

// EXTERNAL MODULE: ./src/systems/clickstack/row-values.ts
var row_values = __webpack_require__(9790);
;// CONCATENATED MODULE: ./src/systems/clickstack/hyperdx-rows.ts
/** Rows of HyperDX's search folded into evidence. Its conditions let more through than counts; what counts is told here. */



function logRow(row) {
    const name = (0,row_values/* text */.Qq)(row['name']);
    return {
        ms: (0,row_values/* number */.ai)(row['ms']),
        key: `${(0,row_values/* text */.Qq)(row['region'])}/${(0,row_values/* text */.Qq)(row['version'])}/${name}`,
        service: (0,row_values/* text */.Qq)(row['service']),
        isExtension: (0,row_values/* text */.Qq)(row['log_type']) === 'extension',
        body: (0,row_values/* text */.Qq)(row['text']),
        sample: {
            'service.name': (0,row_values/* text */.Qq)(row['service']),
            'faas.name': name,
            'faas.invocation_id': (0,row_values/* text */.Qq)(row['invocation_id']),
            'cloud.provider': (0,row_values/* text */.Qq)(row['cloud_provider']),
            'cloud.platform': (0,row_values/* text */.Qq)(row['cloud_platform']),
        },
    };
}
/** Whether the row is of this function, region, version and service. */
function isOf(row, sought) {
    return row.key === (0,clickhouse_query/* rowKey */.om)(sought) && row.service === sought.serviceName;
}
/** `undefined`: the rows have nothing of the function since `lookBackTo`. The number of rows is of those that were read. */
function logEvidence(rows, sought) {
    const { lookBackTo, since, idsSince = since } = sought;
    const all = rows.filter((row) => isOf(row, sought));
    const mayMention = all.filter(({ ms }) => ms >= idsSince);
    const own = all.filter(({ ms }) => ms >= Math.min(lookBackTo, idsSince));
    const fresh = own.filter(({ ms }) => ms >= since);
    const newest = newestOf(own);
    // One that shows the invocation says more than any other.
    const sample = newestOf(own.filter(({ sample: of }) => of['faas.invocation_id'] !== '')) ?? newest;
    if (newest === undefined || sample === undefined)
        return undefined;
    return {
        key: sought.key,
        freshRows: fresh.length,
        freshStarts: fresh.filter(isStart).length,
        requestIds: sought.requestIds.filter((id) => mayMention.some((row) => mentions(row, id))),
        ownLines: sought.ownLines.filter((line) => fresh.some(({ body }) => body !== '' && body.trimEnd() === line.trimEnd())),
        newest: newest.ms >= lookBackTo ? newest.ms : undefined,
        sample: sample.sample,
    };
}
function astray(rows, sought) {
    const own = rows.filter(({ key, ms, service }) => key === (0,clickhouse_query/* rowKey */.om)(sought) && ms >= sought.since && service !== sought.serviceName);
    if (own.length === 0)
        return undefined;
    const serviceNames = [...new Set(own.map(({ service }) => service))].slice(0, 5);
    return { key: sought.key, serviceNames, rows: own.length };
}
function isStart({ isExtension, body }) {
    return isExtension && messages/* START_LINES */.Xy.some((line) => body.includes(line));
}
/** As a word of its own: part of a longer id is another id. */
function mentions({ sample, body }, id) {
    if (id === '')
        return false;
    if (sample['faas.invocation_id'] === id)
        return true;
    return body.split(/[^A-Za-z0-9-]+/).includes(id);
}
function newestOf(rows) {
    return rows.reduce((newest, row) => (newest === undefined || row.ms > newest.ms ? row : newest), undefined);
}

// EXTERNAL MODULE: ./src/systems/clickstack/spans.ts
var clickstack_spans = __webpack_require__(1506);
// EXTERNAL MODULE: ./node_modules/p-queue/dist/index.js + 4 modules
var dist = __webpack_require__(9052);
// EXTERNAL MODULE: ./src/model/poll.ts
var poll = __webpack_require__(8836);
;// CONCATENATED MODULE: ./src/edges/hyperdx-api.ts
/**
 * HyperDX's external API v2 over fetch: where it is, its key, its limit of 100 requests a minute, and faults that come
 * and go. No text from here holds the key, an answer's body, or more of the URL than its origin.
 */




/** A little less than HyperDX allows each key: its windows and ours do not begin together. */
const HYPERDX_LIMITS = { timeLimitMs: 15_000, requestsPerMinute: 95 };
/** The API server's own path, and the one through the UI, whose proxy takes one `/api` off (`pages/api/[...all].ts`). */
const BASES = ['/api/v2', '/api/api/v2'];
const TRIES = 4;
const PAUSES = { firstMs: 400, longestMs: 1_600 };
/** A hanging server has had its time after two. */
const TRIES_AFTER_TIME_OUT = 2;
/** Windows of the limit are a minute. */
const WINDOW_MS = 60_000;
const WAITS_FOR_LIMIT = 4;
function hyperDxApi({ url, apiKey }, clock, limits = HYPERDX_LIMITS) {
    const site = siteOf(url);
    const closing = new AbortController();
    const queue = new dist/* default */.Ay({
        concurrency: 4,
        intervalCap: limits.requestsPerMinute,
        interval: WINDOW_MS,
        strict: true,
    });
    let base = BASES[0] ?? '';
    const send = async (path, body) => {
        const asked = clock.now();
        try {
            const response = await fetch(`${site.address}${path}`, {
                method: body === undefined ? 'GET' : 'POST',
                headers: {
                    authorization: `Bearer ${apiKey}`,
                    accept: 'application/json',
                    ...(body !== undefined && { 'content-type': 'application/json' }),
                },
                ...(body !== undefined && { body: JSON.stringify(body) }),
                // A redirect would lose the key or the body on its way.
                redirect: 'manual',
                signal: AbortSignal.any([closing.signal, AbortSignal.timeout(limits.timeLimitMs)]),
            });
            const text = await response.text();
            return {
                status: response.status,
                json: (0,model_json/* parseJson */.qF)(text),
                clockAhead: clockAhead(response.headers, asked, clock.now()),
                retryAfterMs: retryAfter(response.headers, clock.now()),
                elsewhere: response.headers.get('location') ?? undefined,
            };
        }
        catch (thrown) {
            return { silence: silenceOf(thrown) };
        }
    };
    /** Requests that still wait for their turn when the store is closed end as well. */
    const inTurn = async (request) => {
        try {
            return await queue.add(request, { signal: closing.signal });
        }
        catch {
            return { silence: 'no connection' };
        }
    };
    const ask = async (path, body) => {
        let attempts = 0;
        let waits = 0;
        const once = async () => {
            const reply = await inTurn(() => send(path, body));
            if (closing.signal.aborted)
                return (0,poll/* done */.Vw)(CLOSED);
            if (!('silence' in reply) && reply.status === 429) {
                // Waiting for a turn is not a failed attempt.
                return ++waits > WAITS_FOR_LIMIT
                    ? (0,poll/* done */.Vw)(fault('unreachable', 'HyperDX’s limit of requests per minute is exhausted', 429))
                    : (0,poll/* notYet */.y8)(undefined, Math.min(reply.retryAfterMs ?? WINDOW_MS, WINDOW_MS));
            }
            attempts += 1;
            if ('silence' in reply) {
                const tries = reply.silence === TIME_OUT ? TRIES_AFTER_TIME_OUT : TRIES;
                return attempts >= tries || reply.silence === BAD_REQUEST
                    ? (0,poll/* done */.Vw)(fault('unreachable', `HyperDX at ${site.name} did not answer (${reply.silence})`))
                    : (0,poll/* notYet */.y8)(undefined);
            }
            return reply.status < 500 || attempts >= TRIES ? (0,poll/* done */.Vw)(judged(reply, site)) : (0,poll/* notYet */.y8)(undefined);
        };
        const answered = await (0,poll/* poll */.wt)(once, PAUSES, { clock, signal: closing.signal });
        return answered.kind === 'done' ? answered.value : CLOSED;
    };
    return {
        async connect() {
            if (!site.valid)
                return fault('unreachable', '`hyperdx-url` is not an http or https URL');
            // Characters that no header takes would be refused in words that quote them.
            if (!/^[\x21-\x7e]+$/.test(apiKey)) {
                return fault('unauthenticated', '`hyperdx-api-key` is empty or has characters that a key cannot have');
            }
            let first;
            for (const candidate of BASES) {
                const answer = await ask(candidate);
                if (answer.ok && isApi(answer.value.json)) {
                    base = candidate;
                    return answer;
                }
                const found = answer.ok ? notHyperDx(site, answer.value.status) : answer.fault;
                // A refused key says more than a path that is not there; of two that say as much, the first counts.
                if (first === undefined || (isRefusal(found) && !isRefusal(first)))
                    first = found;
                if (found.status === undefined)
                    break;
            }
            return { ok: false, fault: first ?? notHyperDx(site, 0) };
        },
        get: (path) => ask(`${base}${path}`),
        post: (path, body) => ask(`${base}${path}`, body),
        close() {
            closing.abort();
            queue.clear();
        },
    };
}
const CLOSED = fault('unreachable', 'the run ended');
function siteOf(url) {
    const parts = URL.canParse(url) ? new URL(url) : undefined;
    if (parts === undefined || !/^https?:$/.test(parts.protocol)) {
        return { valid: false, address: '', name: 'hyperdx-url' };
    }
    const path = parts.pathname.replace(/(\/api){0,2}(\/v2)?\/*$/, '');
    return { valid: true, address: `${parts.origin}${path}`, name: parts.origin };
}
/** Statuses as HyperDX and the proxies before it give them; a 401 is plain text, 400 and 500 carry a `message`. */
function judged(reply, site) {
    const { status } = reply;
    if (status >= 200 && status < 300)
        return (0,result/* succeeded */.g)(reply);
    if (status === 401) {
        return fault('unauthenticated', `HyperDX at ${site.name} does not accept \`hyperdx-api-key\`. It must be a personal API access key, not the ingestion key`, status);
    }
    if (status === 403)
        return fault('denied', `HyperDX at ${site.name} denies access (403)`, status);
    if (status >= 300 && status < 400) {
        return fault('refused', `${site.name} redirects${toward(reply.elsewhere, site)}`, status);
    }
    if (status >= 502 && status <= 504) {
        return fault('unreachable', `the proxy at ${site.name} cannot reach HyperDX (${status})`, status);
    }
    const error = errorName(reply.json);
    return fault('refused', `HyperDX at ${site.name} answered ${status}${error === undefined ? '' : `: ${error}`}`, status);
}
function toward(location, site) {
    const target = URL.canParse(location ?? '', site.address)
        ? new URL(location ?? '', site.address).origin
        : undefined;
    if (target === undefined || target === site.name)
        return '. Set `hyperdx-url` to HyperDX itself';
    return ` to ${target}. Set \`hyperdx-url\` to that URL`;
}
/**
 * The first words only: ClickHouse's texts go on with the query, and with values that must not be shown
 * (`UNKNOWN_IDENTIFIER: …`, `Body validation failed: select: …`).
 */
function errorName(json) {
    const message = (0,model_json/* textOf */.b6)((0,model_json/* membersOf */.lS)(json)['message']);
    if (message === undefined)
        return undefined;
    return /^([A-Z][A-Z0-9_]{2,60}(?=:)|Body validation failed: \w{1,20}|Source not found|Connection not found)/.exec(message)?.[0];
}
function notHyperDx(site, status) {
    return {
        kind: 'refused',
        text: `the server at ${site.name} is not the HyperDX API (neither ${BASES.join(' nor ')} exists)`,
        status,
    };
}
function isApi(json) {
    return (0,model_json/* membersOf */.lS)(json)['version'] !== undefined;
}
function isRefusal({ kind }) {
    return kind === 'unauthenticated' || kind === 'denied';
}
function fault(kind, text, status) {
    return { ok: false, fault: { kind, text, ...(status !== undefined && { status }) } };
}
/** Half a second on top: the header leaves fractions out. What it cannot tell counts as no difference. */
function clockAhead(headers, asked, answered) {
    const date = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(date))
        return undefined;
    const ahead = date + 500 - (asked + answered) / 2;
    return Math.abs(ahead) <= 1000 + (answered - asked) / 2 ? 0 : ahead;
}
/** Seconds or a date (RFC 9110, Retry-After); else the draft header of express-rate-limit. */
function retryAfter(headers, now) {
    const given = headers.get('retry-after') ?? headers.get('ratelimit-reset') ?? '';
    if (/^\d+$/.test(given))
        return Number(given) * 1000;
    const date = Date.parse(given);
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
const TIME_OUT = 'no answer in time';
const BAD_REQUEST = 'the request failed';
/** By codes only: the words of fetch may quote URLs and headers. */
function silenceOf(thrown) {
    const { name, cause, message } = (0,model_json/* membersOf */.lS)(thrown);
    if (name === 'TimeoutError')
        return TIME_OUT;
    const { code } = (0,model_json/* membersOf */.lS)(cause);
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code))
        return code;
    // What broke on its way has a cause, or is `terminated` in the middle of the body.
    return cause === undefined && message !== 'terminated' ? BAD_REQUEST : 'no connection';
}

;// CONCATENATED MODULE: ./src/edges/hyperdx-store.ts
/** Queries ClickStack through HyperDX's external API, for teams whose ClickHouse cannot be reached from the runner. */







const LOGS = { kind: 'log', table: 'otel_logs', name: 'Logs' };
const TRACES = { kind: 'trace', table: 'otel_traces', name: 'Traces' };
/** Whether the tables have a TimestampTime cannot be seen, and HyperDX itself filters by it. */
const LAYOUTS = [
    { attributes: 'map', hasTimestampTime: false },
    { attributes: 'json', hasTimestampTime: false },
];
/** Sources may keep time in whole seconds, and rows may come from clocks that are ahead. */
const BEFORE_MS = 1_000;
const AFTER_MS = 600_000;
/** Pages of rows that prove something; more than that of them means that many starts or invocations, newest first. */
const MOST_PAGES = 5;
/** Searches for the newest rows; each names fewer functions than the one before. */
const MOST_ROUNDS = 10;
/**
 * A store over HyperDX's API v2. Its search aggregates nothing, so numbers of rows are of those that were read: at least
 * so many. A row beyond the bounds is not read and proves nothing, never the reverse.
 */
function hyperDxStore(settings, clock, limits = HYPERDX_LIMITS) {
    const api = hyperDxApi(settings, clock, limits);
    let logs = notPrepared;
    let traces = notPrepared;
    let sources = [];
    let clockAhead = 0;
    const ask = async ({ id }, search) => {
        const answer = await api.post('/search', {
            sourceId: id,
            startTime: new Date(search.from - BEFORE_MS).toISOString(),
            endTime: new Date(clock.now() + clockAhead + AFTER_MS).toISOString(),
            where: search.where,
            whereLanguage: 'sql',
            select: search.select,
            orderBy: 'Timestamp DESC',
            maxResults: search.maxResults,
            offset: search.offset ?? 0,
        });
        if (!answer.ok)
            return answer;
        const rows = dataOf(answer.value.json);
        return rows
            ? (0,result/* succeeded */.g)(rows)
            : failure('refused', 'the server at this address is not the HyperDX API');
    };
    /** Page after page, up to a bound. */
    const askPages = async (source, search) => {
        const rows = [];
        for (let page = 0; page < MOST_PAGES; page++) {
            const answer = await ask(source, { ...search, offset: page * search.maxResults });
            if (!answer.ok)
                return answer;
            rows.push(...answer.value);
            if (answer.value.length < search.maxResults)
                break;
        }
        return (0,result/* succeeded */.g)(rows);
    };
    /** Rows are newest first: where a few busy functions fill the answer, the others are queried again without them. */
    const askForEach = async (source, all, search, seen) => {
        const rows = [];
        for (const group of fittingGroups(all, search)) {
            let left = group;
            for (let round = 0; left.length > 0 && round < MOST_ROUNDS; round++) {
                const question = search(left);
                const answer = await ask(source, question);
                if (!answer.ok)
                    return answer;
                rows.push(...answer.value);
                if (answer.value.length < question.maxResults)
                    break;
                const unseen = left.filter((sought) => !seen(answer.value, sought));
                if (unseen.length === left.length)
                    break;
                left = unseen;
            }
        }
        return (0,result/* succeeded */.g)(rows);
    };
    const findPlace = async (wanted) => {
        const source = chosen(sources, wanted);
        if (source === undefined) {
            return failure('missing', `HyperDX does not have a ${wanted.kind} source (${wanted.table})`);
        }
        const attributes = wanted.kind === 'log' ? 'LogAttributes' : 'SpanAttributes';
        let refusal;
        for (const layout of LAYOUTS) {
            const answer = await ask(source, probeSearch(layout, attributes, clock.now() - BEFORE_MS));
            if (answer.ok)
                return (0,result/* succeeded */.g)({ source, layout });
            const { status } = answer.fault;
            if (status === 404 && !answer.fault.text.includes('not found')) {
                return failure('refused', 'this version of HyperDX does not have /api/v2/search; 2.27.0 or later is required');
            }
            // A condition that ClickHouse refuses is a 400, or a 500 where HyperDX does not know ClickHouse's error.
            if (status !== 400 && status !== 500)
                return answer;
            refusal = answer.fault;
        }
        return failure('unknown-layout', `HyperDX’s source ${shown(source)} has an unknown schema (${refusal?.text ?? ''})`);
    };
    return {
        kind: 'hyperdx',
        batchSize: 50,
        async prepare() {
            const connected = await api.connect();
            if (!connected.ok)
                return connected;
            clockAhead = connected.value.clockAhead ?? 0;
            const answer = await api.get('/sources');
            if (!answer.ok)
                return answer;
            const rows = dataOf(answer.value.json);
            if (rows === undefined)
                return failure('refused', 'the server at this address is not the HyperDX API');
            sources = rows.map(sourceOf);
            logs = await findPlace(LOGS);
            if (!logs.ok)
                return logs;
            const { source, layout } = logs.value;
            return (0,result/* succeeded */.g)({
                inWords: `HyperDX, source ${shown(source)} with ${layout.attributes === 'map' ? 'Map' : 'JSON'} columns`,
                clockAhead,
            });
        },
        async findLogs(sought) {
            if (!logs.ok)
                return logs;
            const { source, layout } = logs.value;
            const rows = [];
            for (const group of fittingGroups(sought, (some) => evidenceSearch(layout, some))) {
                const proofs = await askPages(source, evidenceSearch(layout, group));
                if (!proofs.ok)
                    return proofs;
                rows.push(...proofs.value.map(logRow));
            }
            const rest = sought.filter((one) => logEvidence(rows, one) === undefined);
            const newest = await askForEach(source, rest, (some) => newestSearch(layout, some), (some, one) => some.some((row) => isOf(logRow(row), one)));
            if (!newest.ok)
                return newest;
            rows.push(...newest.value.map(logRow));
            return (0,result/* succeeded */.g)(sought.flatMap((one) => logEvidence(rows, one) ?? []));
        },
        async findTraces(sought) {
            if (!logs.ok)
                return logs;
            // Only those who want traces need their source.
            if (!traces.ok)
                traces = await findPlace(TRACES);
            if (!traces.ok)
                return traces;
            const { source, layout } = traces.value;
            const answer = await askForEach(source, sought, (some) => spansSearch(layout, some), (some, one) => (0,clickstack_spans/* ownSpans */.w)(some.map(clickstack_spans/* spanRow */.D), one).spans > 0);
            if (!answer.ok)
                return answer;
            const spans = answer.value.map(clickstack_spans/* spanRow */.D);
            const found = sought.map((one) => (0,clickstack_spans/* ownSpans */.w)(spans, one));
            const correlated = await logsOfTraces(found.flatMap(({ traceIds }) => traceIds), Math.min(...sought.map(({ since }) => since)));
            return (0,result/* succeeded */.g)(found.map(({ key, spans: count, traceIds }) => ({
                key,
                spans: count,
                traceId: traceIds[0],
                correlatedLogs: traceIds.reduce((sum, id) => sum + (correlated.get(id) ?? 0), 0),
                // The search knows log and trace sources only.
                metricPoints: undefined,
            })));
        },
        async findAstray(sought) {
            if (!logs.ok)
                return logs;
            const { source, layout } = logs.value;
            const answer = await askForEach(source, sought, (some) => astraySearch(layout, some), (some, one) => astray(some.map(logRow), one) !== undefined);
            if (!answer.ok)
                return answer;
            const rows = answer.value.map(logRow);
            return (0,result/* succeeded */.g)(sought.flatMap((one) => astray(rows, one) ?? []));
        },
        async findControlRecord(id, since) {
            if (!logs.ok)
                return logs;
            const answer = await ask(logs.value.source, controlRecordSearch(logs.value.layout, id, since));
            return answer.ok ? (0,result/* succeeded */.g)(answer.value.some((row) => row['control_id'] === id)) : answer;
        },
        close() {
            api.close();
            return Promise.resolve();
        },
    };
    /** Shown, but not required: what cannot be read counts as empty. */
    async function logsOfTraces(traceIds, from) {
        const counts = new Map();
        if (!logs.ok || traceIds.length === 0)
            return counts;
        // 35 characters each, and a condition takes 8,192.
        for (let at = 0; at < traceIds.length; at += 200) {
            const search = correlatedLogsSearch(from, traceIds.slice(at, at + 200));
            const answer = await ask(logs.value.source, search);
            for (const { trace_id: id } of answer.ok ? answer.value : []) {
                if (typeof id === 'string')
                    counts.set(id, (counts.get(id) ?? 0) + 1);
            }
        }
        return counts;
    }
}
const notPrepared = failure('missing', 'HyperDX’s sources were not read');
function failure(kind, text) {
    return { ok: false, fault: { kind, text } };
}
/** ClickStack's own table before any other, and its usual name before any other. */
function chosen(sources, wanted) {
    const points = ({ table, name }) => (table === wanted.table ? 2 : 0) + (name === wanted.name ? 1 : 0);
    return sources
        .filter(({ kind, table }) => kind === wanted.kind && table !== '')
        .sort((a, b) => points(b) - points(a))[0];
}
function sourceOf(row) {
    const from = (0,model_json/* membersOf */.lS)(row['from']);
    return {
        id: (0,row_values/* text */.Qq)(row['id']),
        name: (0,row_values/* text */.Qq)(row['name']),
        kind: (0,row_values/* text */.Qq)(row['kind']),
        database: (0,row_values/* text */.Qq)(from['databaseName']),
        table: (0,row_values/* text */.Qq)(from['tableName']),
    };
}
function shown({ name, database, table }) {
    return `${name} (${database}.${table})`;
}
function dataOf(json) {
    const { data } = (0,model_json/* membersOf */.lS)(json);
    return Array.isArray(data) ? data.filter(model_json/* isRecord */.u4) : undefined;
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
/* harmony export */   D: () => (/* binding */ spanRow),
/* harmony export */   w: () => (/* binding */ ownSpans)
/* harmony export */ });
/* harmony import */ var _row_values__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9790);
/** Which of the spans that were found are a function's own. */

/** Rows by the aliases that both ways of asking give them; HyperDX lists each span, and counts none. */
function spanRow(row) {
    return {
        ms: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['ms']),
        traceId: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['trace_id']),
        invocationId: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['invocation_id']),
        functionName: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['name']),
        version: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['version']),
        region: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq)(row['region']),
        spans: (0,_row_values__WEBPACK_IMPORTED_MODULE_0__/* .number */ .ai)(row['spans'] ?? 1),
    };
}
/** By the invocation's id; spans without one by name, version and time, and any of them where nothing was invoked. */
function ownSpans(rows, sought) {
    const { requestIds } = sought;
    const isInvocation = ({ invocationId }) => invocationId !== '' && requestIds.includes(invocationId);
    const own = rows.filter((row) => isInvocation(row) ||
        (row.ms >= sought.since &&
            (row.invocationId === '' || requestIds.length === 0) &&
            row.functionName === sought.functionName &&
            row.version === sought.version &&
            (row.region === '' || row.region === sought.region)));
    const traces = [...own.filter(isInvocation), ...own].map(({ traceId }) => traceId);
    return {
        key: sought.key,
        spans: own.reduce((sum, { spans }) => sum + spans, 0),
        traceIds: [...new Set(traces)].filter((id) => id !== '').slice(0, 5),
    };
}


/***/ })

};
