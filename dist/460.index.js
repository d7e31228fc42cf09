export const id = 460;
export const ids = [460,41];
export const modules = {

/***/ 2577:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ hyperDxApi),
/* harmony export */   W: () => (/* binding */ HYPERDX_LIMITS)
/* harmony export */ });
/* harmony import */ var p_queue__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9052);
/* harmony import */ var _model_url__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5336);
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7979);
/* harmony import */ var _model_proxy_fault__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5032);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2960);
/* harmony import */ var _model_poll__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8836);
/* harmony import */ var _proxied_fetch__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7706);
/* harmony import */ var _systems_clickstack_hyperdx_address__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6460);
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
    const fetch = (0,_proxied_fetch__WEBPACK_IMPORTED_MODULE_0__/* .proxiedFetch */ .i)();
    const closing = new AbortController();
    const queue = new p_queue__WEBPACK_IMPORTED_MODULE_1__/* ["default"] */ .Ay({
        concurrency: 4,
        intervalCap: limits.requestsPerMinute,
        interval: WINDOW_MS,
        strict: true,
    });
    let base = BASES[0] ?? '';
    let found;
    const send = async (path, body) => {
        const asked = clock.now();
        try {
            const response = await fetch(`${site.address}${path}`, {
                method: body === undefined ? 'GET' : 'POST',
                headers: {
                    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
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
                json: (0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .parseJson */ .qF)(text),
                clockAhead: clockAhead(response.headers, asked, clock.now()),
                retryAfterMs: retryAfter(response.headers, clock.now()),
                elsewhere: response.headers.get('location') ?? undefined,
                allowOrigin: response.headers.get('access-control-allow-origin') ?? undefined,
                isPage: response.status === 200 &&
                    /^text\/html\b/.test(response.headers.get('content-type') ?? ''),
                refusesKey: response.status === 401 && text.trim() === 'Unauthorized',
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
    const ask = async (path, body, mostTries = limits.tries ?? TRIES) => {
        let attempts = 0;
        let waits = 0;
        const once = async () => {
            const reply = await inTurn(() => send(path, body));
            if (closing.signal.aborted)
                return (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .done */ .Vw)(CLOSED);
            if (!('silence' in reply) && reply.status === 429) {
                // Waiting for a turn is not a failed attempt.
                return ++waits > WAITS_FOR_LIMIT
                    ? (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .done */ .Vw)(fault('unreachable', 'HyperDX’s limit of requests per minute is exhausted', 429))
                    : (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .notYet */ .y8)(undefined, Math.min(reply.retryAfterMs ?? WINDOW_MS, WINDOW_MS));
            }
            attempts += 1;
            if ('silence' in reply) {
                const tries = Math.min(mostTries, reply.silence === TIME_OUT ? TRIES_AFTER_TIME_OUT : TRIES);
                return attempts >= tries || reply.silence === BAD_REQUEST
                    ? (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .done */ .Vw)(unanswered(site, reply.silence))
                    : (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .notYet */ .y8)(undefined);
            }
            if (reply.status >= 500 && attempts < mostTries)
                return (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .notYet */ .y8)(undefined);
            // The first place that knows the API is it, whatever it thinks of the key.
            if (reply.refusesKey || isApi(reply.json))
                found ??= siteAt(path, reply.allowOrigin);
            return (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .done */ .Vw)(judged(reply, site));
        };
        const answered = await (0,_model_poll__WEBPACK_IMPORTED_MODULE_3__/* .poll */ .wt)(once, PAUSES, { clock, signal: closing.signal });
        return answered.kind === 'done' ? answered.value : CLOSED;
    };
    const siteAt = (path, allowOrigin) => ({
        address: site.address,
        isUi: path.startsWith('/api/api/'),
        allowOrigin,
    });
    return {
        site: () => found,
        async connect() {
            found = undefined;
            if (!site.valid)
                return NO_URL;
            // Characters that no header takes would be refused in words that quote them.
            if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
                return fault('unauthenticated', '`hyperdx-api-key` is empty or has characters that a key cannot have');
            }
            let first;
            for (const candidate of BASES) {
                const answer = await ask(candidate);
                if (answer.ok && isApi(answer.value.json)) {
                    base = candidate;
                    return answer;
                }
                const instead = answer.ok ? notHyperDx(site, answer.value.status) : answer.fault;
                // A refused key says more than a path that is not there; of two that say as much, the first counts.
                if (first === undefined || (isRefusal(instead) && !isRefusal(first)))
                    first = instead;
                if (instead.status === undefined)
                    break;
            }
            return { ok: false, fault: first ?? notHyperDx(site, 0) };
        },
        async hasPage(path) {
            const reply = await inTurn(() => send(path, undefined));
            return !('silence' in reply) && reply.isPage;
        },
        get: (path) => ask(`${base}${path}`),
        post: (path, body, tries) => ask(`${base}${path}`, body, tries),
        close() {
            closing.abort();
            queue.clear();
        },
    };
}
const CLOSED = fault('unreachable', 'the run ended');
const NO_URL = {
    ok: false,
    fault: {
        kind: 'unreachable',
        text: '`hyperdx-url` is not an http or https URL',
        lasts: true,
    },
};
function siteOf(url) {
    const parts = (0,_model_url__WEBPACK_IMPORTED_MODULE_4__/* .parseUrl */ .D)(url);
    if (parts === undefined || !/^https?:$/.test(parts.protocol)) {
        return { valid: false, address: '', name: 'hyperdx-url' };
    }
    const path = (0,_systems_clickstack_hyperdx_address__WEBPACK_IMPORTED_MODULE_5__/* .withoutApiPath */ .i)(parts.pathname);
    return { valid: true, address: `${parts.origin}${path}`, name: parts.origin };
}
/** Statuses as HyperDX and the proxies before it give them; a 401 is plain text, 400 and 500 carry a `message`. */
function judged(reply, site) {
    const { status } = reply;
    if (status >= 200 && status < 300)
        return (0,_model_result__WEBPACK_IMPORTED_MODULE_6__/* .succeeded */ .g)(reply);
    if (status === 401) {
        return fault('unauthenticated', `HyperDX at ${site.name} does not accept \`hyperdx-api-key\`. It must be a personal API access key, not the ingestion key; a HyperDX without sign-in (local mode) accepts none`, status);
    }
    if (status === 403)
        return fault('denied', `HyperDX at ${site.name} denies access (403)`, status);
    if (status >= 300 && status < 400) {
        return fault('refused', `${site.name} redirects${toward(reply.elsewhere, site)}`, status);
    }
    if (status >= 500) {
        const what = UNABLE.test((0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .textOf */ .b6)((0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .membersOf */ .lS)(reply.json)['message']) ?? '')
            ? `HyperDX at ${site.name} cannot query its ClickHouse`
            : status === 500
                ? `HyperDX at ${site.name} answers with an error`
                : `the proxy at ${site.name} cannot reach HyperDX`;
        return fault('unreachable', `${what} (${status})`, status);
    }
    const error = errorName(reply.json);
    return fault('refused', `HyperDX at ${site.name} answered ${status}${error === undefined ? '' : `: ${error}`}`, status);
}
/** What the search answers for every error of ClickHouse that is not about the question (`search.ts`). */
const UNABLE = /^Query execution failed/;
function toward(location, site) {
    const target = (0,_model_url__WEBPACK_IMPORTED_MODULE_4__/* .parseUrl */ .D)(location ?? '', site.address)?.origin;
    if (target === undefined || target === site.name)
        return '. Set `hyperdx-url` to HyperDX itself';
    return ` to ${target}. Set \`hyperdx-url\` to that URL`;
}
/**
 * The first words only: ClickHouse's texts go on with the query, and with values that must not be shown
 * (`UNKNOWN_IDENTIFIER: …`, `Body validation failed: select: …`).
 */
function errorName(json) {
    const message = (0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .textOf */ .b6)((0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .membersOf */ .lS)(json)['message']);
    if (message === undefined)
        return undefined;
    return (/^([A-Z][A-Z0-9_]{2,60}):/.exec(message)?.[1] ??
        /^(Body validation failed: \w{1,20}|Source not found|Connection not found)/.exec(message)?.[0]);
}
function notHyperDx(site, status) {
    return {
        kind: 'refused',
        text: `the server at ${site.name} is not the HyperDX API (neither ${BASES.join(' nor ')} exists). ClickHouse Observability and managed ClickStack do not have it: use \`clickhouse-url\` there`,
        status,
    };
}
function isApi(json) {
    return (0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .membersOf */ .lS)(json)['version'] !== undefined;
}
function isRefusal({ kind }) {
    return kind === 'unauthenticated' || kind === 'denied';
}
/** A name that does not exist, or a certificate of another, does not come to be right. */
function unanswered(site, silence) {
    const { fault: silent } = fault('unreachable', `HyperDX at ${site.name} did not answer (${silence})`);
    const lasts = silence === BAD_REQUEST || LASTING.test(silence);
    return { ok: false, fault: { ...silent, ...(lasts && { lasts: true }) } };
}
const LASTING = /^(ENOTFOUND|EPROTO|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;
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
/**
 * The rest of the window. HyperDX sends `Retry-After: 60` whatever the rest, and the rest itself in the draft headers of
 * express-rate-limit: `RateLimit-Reset` (draft 6) or `RateLimit: …reset=…` (7) or `…t=…` (8). The shortest is true.
 */
function retryAfter(headers, now) {
    const later = headers.get('retry-after') ?? '';
    const [, ofList] = /\b(?:reset|t)=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? [];
    const waits = [later, headers.get('ratelimit-reset') ?? '', ofList ?? '']
        .filter((seconds) => /^\d+$/.test(seconds))
        .map((seconds) => Number(seconds) * 1000);
    const date = Date.parse(/^\d/.test(later) ? '' : later);
    if (!Number.isNaN(date))
        waits.push(date - now);
    // Its seconds are rounded, and a window that is just over is not open yet.
    return waits.length === 0 ? undefined : Math.max(1_000, Math.min(...waits));
}
const TIME_OUT = 'no answer in time';
const BAD_REQUEST = 'the request failed';
/** By codes only: the words of fetch may quote URLs and headers. Those about a proxy are our own. */
function silenceOf(thrown) {
    const { name, cause, message } = (0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .membersOf */ .lS)(thrown);
    if (name === 'TimeoutError')
        return TIME_OUT;
    const { code, message: words } = (0,_model_json__WEBPACK_IMPORTED_MODULE_2__/* .membersOf */ .lS)(cause);
    if (code === _model_proxy_fault__WEBPACK_IMPORTED_MODULE_7__/* .PROXY_FAULT */ .C && typeof words === 'string')
        return words;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code))
        return code;
    // What broke on its way has a cause, or is `terminated` in the middle of the body.
    return cause === undefined && message !== 'terminated' ? BAD_REQUEST : 'no connection';
}


/***/ }),

/***/ 4041:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TJ: () => (/* binding */ NOT_THE_API),
/* harmony export */   Y8: () => (/* binding */ uiOf),
/* harmony export */   pagesForLinks: () => (/* binding */ pagesForLinks),
/* harmony export */   u0: () => (/* binding */ sourcesOf)
/* harmony export */ });
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2960);
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7979);
/* harmony import */ var _systems_clickstack_deep_links__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6609);
/* harmony import */ var _systems_clickstack_hyperdx_sources__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5066);
/* harmony import */ var _hyperdx_api__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2577);
/** HyperDX's pages: the address of its user interface, which is not always that of its API, and the log source for links. */





/** Links are no proof: they are not waited for. */
const LIMITS = { timeLimitMs: 5_000, requestsPerMinute: 20, tries: 2 };
/**
 * What links need, as far as HyperDX tells it. Where it does not answer the runner, the given address is taken for that of
 * the user interface. `undefined`: it is that of an API server, which does not tell where its user interface is.
 */
async function pagesForLinks(settings, clock) {
    const { url, apiKey, source } = settings;
    const api = (0,_hyperdx_api__WEBPACK_IMPORTED_MODULE_1__/* .hyperDxApi */ .R)({ url, apiKey: apiKey === '' ? undefined : apiKey }, clock, LIMITS);
    try {
        const connected = await api.connect();
        const ui = api.site() === undefined ? url : await uiOf(api);
        if (ui === undefined)
            return undefined;
        const listed = connected.ok ? await sourcesOf(api) : undefined;
        const id = listed?.ok ? sourceOfTable(listed.value, settings)?.id : undefined;
        return { url: ui, logSource: id ?? (source === '' ? undefined : source) };
    }
    finally {
        api.close();
    }
}
/** The address of the user interface, after `connect`; `undefined`: not known. */
async function uiOf(api) {
    const site = api.site();
    if (site === undefined || site.isUi)
        return site?.address;
    const told = (0,_systems_clickstack_deep_links__WEBPACK_IMPORTED_MODULE_2__/* .uiOrigin */ .jj)(site.address, site.allowOrigin);
    if (told !== undefined)
        return told;
    // Both may be behind one address, told apart by a proxy.
    return (await api.hasPage('/search')) ? site.address : undefined;
}
/** The team's sources of all kinds. */
async function sourcesOf(api) {
    const answer = await api.get('/sources');
    if (!answer.ok)
        return answer;
    const { data } = (0,_model_json__WEBPACK_IMPORTED_MODULE_3__/* .membersOf */ .lS)(answer.value.json);
    return Array.isArray(data)
        ? (0,_model_result__WEBPACK_IMPORTED_MODULE_4__/* .succeeded */ .g)(data.filter(_model_json__WEBPACK_IMPORTED_MODULE_3__/* .isRecord */ .u4).map(_systems_clickstack_hyperdx_sources__WEBPACK_IMPORTED_MODULE_0__/* .sourceOf */ .vz))
        : { ok: false, fault: NOT_THE_API };
}
const NOT_THE_API = {
    kind: 'refused',
    text: 'the server at this address is not the HyperDX API',
};
function sourceOfTable(sources, { source, database, table }) {
    const logs = (0,_systems_clickstack_hyperdx_sources__WEBPACK_IMPORTED_MODULE_0__/* .logSources */ .xy)(sources, source);
    if (!logs.ok)
        return undefined;
    const [named] = logs.value;
    return source === ''
        ? logs.value.find((one) => one.database === database && one.table === table)
        : named;
}


/***/ }),

/***/ 7460:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  hyperDxStore: () => (/* binding */ hyperDxStore)
});

// EXTERNAL MODULE: ./src/model/json.ts
var model_json = __webpack_require__(7979);
// EXTERNAL MODULE: ./src/model/result.ts
var result = __webpack_require__(2960);
// EXTERNAL MODULE: ./src/systems/rotel/account.ts
var rotel_account = __webpack_require__(414);
// EXTERNAL MODULE: ./src/systems/rotel/messages.ts
var messages = __webpack_require__(7749);
// EXTERNAL MODULE: ./src/systems/clickstack/clickhouse-layout.ts
var clickhouse_layout = __webpack_require__(518);
// EXTERNAL MODULE: ./src/systems/clickstack/own-rows.ts
var own_rows = __webpack_require__(545);
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
    return mentionSearch(layout, sought, [
        ...messages/* START_LINES */.Xy,
        ...idsOf(sought),
        ...sought.flatMap(({ ownLines }) => ownLines.map(beginning).filter((text) => text !== '')),
    ]);
}
/** Rows with a sought request ID alone: they are few, however often a function starts. */
function invocationSearch(layout, sought) {
    return mentionSearch(layout, sought, idsOf(sought));
}
function idsOf(sought) {
    return sought.flatMap(({ requestIds }) => requestIds.filter((id) => id !== ''));
}
function mentionSearch(layout, sought, needles) {
    const invocation = (0,clickhouse_layout/* attribute */.lt)(layout, 'LogAttributes', 'faas.invocation_id');
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
    const expected = sqlTexts(sought.map((one) => `${one.serviceName}/${(0,own_rows/* rowKey */.om)(one)}`));
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
/** Spans with the IDs of these invocations. */
function invocationSpansSearch(layout, sought) {
    const invocation = (0,clickhouse_layout/* spanInvocation */.L8)(layout);
    const from = Math.min(...sought.map((one) => one.since));
    return {
        select: spanColumns(layout),
        where: `${since(from)} AND ${invocation} IN (${sqlTexts(idsOf(sought))})`,
        from,
        maxResults: 2000,
    };
}
/**
 * Spans of these functions since the change that count for them, and no others: each row of a full answer is then of one of
 * them, so that asking again without it gets further.
 */
function functionSpansSearch(layout, sought) {
    const invocation = (0,clickhouse_layout/* spanInvocation */.L8)(layout);
    const from = Math.min(...sought.map((one) => one.since));
    // An SDK may name no region.
    const keysOf = (one) => {
        const accounts = (0,own_rows/* accountsOf */.s1)(one);
        const regions = [one.region, ''];
        return accounts === 'any'
            ? []
            : accounts.flatMap((account) => regions.map((region) => `${account}/${(0,own_rows/* rowKey */.om)({ ...one, region })}`));
    };
    const pairs = sought.flatMap((one) => keysOf(one).map((key) => [key, Math.floor(one.since)]));
    const earliest = new Map();
    for (const [key, ms] of pairs)
        earliest.set(key, Math.min(ms, earliest.get(key) ?? Infinity));
    const traffic = sought.filter(({ requestIds }) => requestIds.length === 0).flatMap(keysOf);
    const key = accountKeySql(layout, regionOfSpan(layout));
    const times = `transform(${key}, array(${sqlTexts([...earliest.keys()])}), array(${[...earliest.values()].join(',')}), 0)`;
    return {
        select: spanColumns(layout),
        where: [
            since(from),
            `${key} IN (${sqlTexts([...earliest.keys()])})`,
            `(${invocation} = '' OR ${key} IN (${sqlTexts(traffic)}))`,
            `toUnixTimestamp64Milli(Timestamp) >= ${times}`,
        ].join(' AND '),
        from,
        maxResults: 2000,
    };
}
function spanColumns(layout) {
    const resource = (key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key);
    return [
        'toUnixTimestamp64Milli(Timestamp) AS ms',
        'TraceId AS trace_id',
        `${(0,clickhouse_layout/* spanInvocation */.L8)(layout)} AS invocation_id`,
        `${resource('faas.name')} AS name`,
        `${resource('faas.version')} AS version`,
        `${regionOfSpan(layout)} AS region`,
        `${resource(rotel_account/* ACCOUNT_ATTRIBUTE */.LE)} AS account`,
    ].join(', ');
}
function regionOfSpan(layout) {
    const [own, invoked] = ['cloud.region', 'faas.invoked_region'].map((key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key));
    return `if(${own ?? ''} != '', ${own ?? ''}, ${invoked ?? ''})`;
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
/** Rows of these functions, of their accounts where those are known. */
function keys(layout, sought) {
    const known = [];
    const open = [];
    for (const one of sought) {
        const accounts = (0,own_rows/* accountsOf */.s1)(one);
        if (accounts === 'any')
            open.push((0,own_rows/* rowKey */.om)(one));
        else
            known.push(...accounts.map((account) => `${account}/${(0,own_rows/* rowKey */.om)(one)}`));
    }
    const conditions = [
        ...(known.length === 0 ? [] : [`${accountKeySql(layout)} IN (${sqlTexts(known)})`]),
        ...(open.length === 0 ? [] : [`${rowKeySql(layout)} IN (${sqlTexts(open)})`]),
    ];
    return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`;
}
/** Region, version and name together, as `rowKey` writes them. */
function rowKeySql(layout, region = invokedRegion(layout)) {
    const [version, name] = ['faas.version', 'faas.name'].map((key) => (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', key));
    return `concat(${region}, '/', ${version ?? ''}, '/', ${name ?? ''})`;
}
/** The account before them. */
function accountKeySql(layout, region = invokedRegion(layout)) {
    const account = (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', rotel_account/* ACCOUNT_ATTRIBUTE */.LE);
    return `concat(${account}, '/', ${rowKeySql(layout, region).slice('concat('.length)}`;
}
function invokedRegion(layout) {
    return (0,clickhouse_layout/* attribute */.lt)(layout, 'ResourceAttributes', 'faas.invoked_region');
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
        `${resource(rotel_account/* ACCOUNT_ATTRIBUTE */.LE)} AS account`,
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
            'cloud.account.id': (0,row_values/* text */.Qq)(row['account']),
        },
    };
}
/** Whether the row is of this function, region, version, account and service. */
function isOf(row, sought) {
    return isOfFunction(row, sought) && row.service === sought.serviceName;
}
function isOfFunction({ key, sample }, sought) {
    return key === (0,own_rows/* rowKey */.om)(sought) && (0,own_rows/* isOfAccount */.h1)(sample['cloud.account.id'], sought);
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
    const own = rows.filter((row) => isOfFunction(row, sought) && row.ms >= sought.since && row.service !== sought.serviceName);
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

// EXTERNAL MODULE: ./src/systems/clickstack/hyperdx-sources.ts
var hyperdx_sources = __webpack_require__(5066);
// EXTERNAL MODULE: ./src/systems/clickstack/spans.ts
var clickstack_spans = __webpack_require__(1506);
// EXTERNAL MODULE: ./src/systems/clickstack/telemetry-store.ts
var telemetry_store = __webpack_require__(7996);
// EXTERNAL MODULE: ./src/edges/hyperdx-api.ts
var hyperdx_api = __webpack_require__(2577);
// EXTERNAL MODULE: ./src/edges/hyperdx-pages.ts
var hyperdx_pages = __webpack_require__(4041);
;// CONCATENATED MODULE: ./src/edges/hyperdx-store.ts
/** Queries ClickStack through HyperDX's external API, for teams whose ClickHouse cannot be reached from the runner. */









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
/** Whoever looks for something asks again anyway. */
const ONCE = 1;
/** Searches for the newest rows; each names fewer functions than the one before. */
const MOST_ROUNDS = 10;
/**
 * A store over HyperDX's API v2. Its search aggregates nothing, so numbers of rows are of those that were read: at least
 * so many. A row beyond the bounds is not read and proves nothing, never the reverse.
 */
function hyperDxStore({ source: named = '', ...settings }, clock, limits = hyperdx_api/* HYPERDX_LIMITS */.W) {
    const api = (0,hyperdx_api/* hyperDxApi */.R)(settings, clock, limits);
    let sources = [];
    /** Those that may have the rows, the most likely one first; one as soon as it is known which. */
    let places = [];
    let traces = notPrepared;
    let clockAhead = 0;
    const ask = async ({ id }, search, tries) => {
        const body = {
            sourceId: id,
            startTime: new Date(search.from - BEFORE_MS).toISOString(),
            endTime: new Date(clock.now() + clockAhead + AFTER_MS).toISOString(),
            where: search.where,
            whereLanguage: 'sql',
            select: search.select,
            orderBy: 'Timestamp DESC',
            maxResults: search.maxResults,
            offset: search.offset ?? 0,
        };
        const answer = await api.post('/search', body, tries);
        if (!answer.ok)
            return answer;
        const rows = dataOf(answer.value.json);
        return rows ? (0,result/* succeeded */.g)(rows) : { ok: false, fault: hyperdx_pages/* NOT_THE_API */.TJ };
    };
    /** Page after page, up to a bound; `isWhole` where there are no more. */
    const askPages = async (source, search) => {
        const rows = [];
        for (let page = 0; page < MOST_PAGES; page++) {
            const answer = await ask(source, { ...search, offset: page * search.maxResults });
            if (!answer.ok)
                return answer;
            rows.push(...answer.value);
            if (answer.value.length < search.maxResults)
                return (0,result/* succeeded */.g)({ rows, isWhole: true });
        }
        return (0,result/* succeeded */.g)({ rows, isWhole: false });
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
    /** Finds the layout of a source's table out. */
    const known = async ({ source, layout: found }, attributes = 'LogAttributes', tries) => {
        if (found !== undefined)
            return (0,result/* succeeded */.g)({ source, layout: found });
        const refusals = [];
        for (const layout of LAYOUTS) {
            const probe = probeSearch(layout, attributes, clock.now() - BEFORE_MS);
            const answer = await ask(source, probe, tries);
            if (answer.ok)
                return (0,result/* succeeded */.g)({ source, layout });
            const { status } = answer.fault;
            if (status === 404 && !answer.fault.text.includes('not found')) {
                return failure('refused', 'this version of HyperDX does not have /api/v2/search; 2.27.0 or later is required');
            }
            // What ClickHouse refuses is a 400, or a 500 where HyperDX does not know ClickHouse's error: as if it were down.
            if (status !== 400 && status !== 500)
                return answer;
            refusals.push(answer.fault);
        }
        const passing = refusals.find(telemetry_store/* mayPass */.b);
        return passing === undefined
            ? failure('unknown-layout', `HyperDX’s source ${(0,hyperdx_sources/* shownSource */.Vt)(source)} has an unknown schema (${refusals[0]?.text ?? ''})`)
            : { ok: false, fault: passing };
    };
    /** The source that is asked as long as no other is known to have the rows. */
    const logsPlace = async () => {
        const place = places.find(({ layout }) => layout !== undefined) ?? places[0];
        return place === undefined ? notPrepared : known(place);
    };
    /**
     * The source that has something of this, which is then the only one. All are asked, those first that could be so far; a
     * fault counts only where no source answers.
     */
    const settleOn = async (has) => {
        let nothing = notPrepared;
        const isKnown = ({ layout }) => layout !== undefined;
        for (const place of [...places.filter(isKnown), ...places.filter((one) => !isKnown(one))]) {
            const at = await known(place, 'LogAttributes', ONCE);
            const answer = at.ok ? await has(at.value) : at;
            if (at.ok && answer.ok && answer.value) {
                places = [at.value];
                return answer;
            }
            if (at.ok)
                places = places.map((one) => (one.source === place.source ? at.value : one));
            if (answer.ok || nothing === notPrepared)
                nothing = answer.ok ? (0,result/* succeeded */.g)(false) : answer;
        }
        return nothing;
    };
    const evidenceAt = async ({ source, layout }, sought) => {
        const rows = [];
        for (const group of fittingGroups(sought, (some) => evidenceSearch(layout, some))) {
            const proofs = await askPages(source, evidenceSearch(layout, group));
            if (!proofs.ok)
                return proofs;
            rows.push(...proofs.value.rows.map(logRow));
            if (proofs.value.isWhole)
                continue;
            const hidden = await behindBusyOnes(source, layout, group, rows);
            if (!hidden.ok)
                return hidden;
            rows.push(...hidden.value);
        }
        return (0,result/* succeeded */.g)(rows);
    };
    return {
        kind: 'hyperdx',
        batchSize: 50,
        async prepare() {
            const connected = await api.connect();
            if (!connected.ok)
                return connected;
            clockAhead = connected.value.clockAhead ?? 0;
            const listed = await (0,hyperdx_pages/* sourcesOf */.u0)(api);
            if (!listed.ok)
                return listed;
            sources = listed.value;
            const fitting = (0,hyperdx_sources/* logSources */.xy)(sources, named);
            if (!fitting.ok)
                return fitting;
            const all = fitting.value.map((source) => ({ source, layout: undefined }));
            const asked = await Promise.all(all.map(async (place) => ({ place, at: await known(place) })));
            // One of several may be of another schema, or of a ClickHouse that is gone.
            const refused = asked.flatMap(({ at }) => (at.ok ? [] : at.fault));
            const isUsable = asked.some(({ at }) => at.ok);
            const first = refused.find(telemetry_store/* mayPass */.b) ?? refused[0];
            if (!isUsable && first !== undefined)
                return { ok: false, fault: first };
            places = asked.flatMap(({ place, at }) => (at.ok ? at.value : (0,telemetry_store/* mayPass */.b)(at.fault) ? place : []));
            return (0,result/* succeeded */.g)({ inWords: `HyperDX, ${inWords(places)}` });
        },
        async findLogs(sought) {
            // Without a control record only a request ID tells which of several sources is meant: rows of another may be those
            // of a function of the same name that sends elsewhere.
            if (places.length > 1 && sought.some(({ requestIds }) => requestIds.length > 0)) {
                await settleOn(async (place) => {
                    const rows = await evidenceAt(place, sought);
                    const isOurs = (one) => logEvidence(rows.ok ? rows.value : [], one)?.requestIds[0];
                    return rows.ok ? (0,result/* succeeded */.g)(sought.some((one) => isOurs(one) !== undefined)) : rows;
                });
            }
            const logs = await logsPlace();
            if (!logs.ok)
                return logs;
            const { source, layout } = logs.value;
            const proofs = await evidenceAt(logs.value, sought);
            if (!proofs.ok)
                return proofs;
            const rows = [...proofs.value];
            const rest = sought.filter((one) => logEvidence(rows, one) === undefined);
            const newest = await askForEach(source, rest, (some) => newestSearch(layout, some), (some, one) => some.some((row) => isOf(logRow(row), one)));
            if (!newest.ok)
                return newest;
            rows.push(...newest.value.map(logRow));
            return (0,result/* succeeded */.g)(sought.flatMap((one) => logEvidence(rows, one) ?? []));
        },
        async findTraces(sought) {
            const logs = await logsPlace();
            if (!logs.ok)
                return logs;
            // Only those who want traces need their source.
            if (!traces.ok)
                traces = await tracesBeside(logs.value);
            if (!traces.ok)
                return traces;
            const { source, layout } = traces.value;
            const isSeen = (some, one) => (0,clickstack_spans/* ownSpans */.w7)(some.map(clickstack_spans/* spanRow */.DW), one).spans > 0;
            const invoked = sought.filter(({ requestIds }) => requestIds.length > 0);
            const byId = await askForEach(source, invoked, (some) => invocationSpansSearch(layout, some), isSeen);
            if (!byId.ok)
                return byId;
            const rest = sought.filter((one) => !one.byRequestIdOnly && !isSeen(byId.value, one));
            const byName = await askForEach(source, rest, (some) => functionSpansSearch(layout, some), isSeen);
            if (!byName.ok)
                return byName;
            const spans = [...byId.value, ...byName.value].map(clickstack_spans/* spanRow */.DW);
            const found = sought.map((one) => (0,clickstack_spans/* ownSpans */.w7)(spans, one));
            const correlated = await logsOfTraces(logs.value, found.flatMap(({ traceIds }) => traceIds), Math.min(...sought.map(({ since }) => since)));
            return (0,result/* succeeded */.g)(found.map(({ key, spans: count, traceIds }) => ({
                key,
                spans: count,
                traceId: traceIds[0],
                correlatedLogs: (0,clickstack_spans/* correlatedLogs */.nn)(traceIds, correlated),
                // The search knows log and trace sources only.
                metricPoints: undefined,
            })));
        },
        async findAstray(sought) {
            const logs = await logsPlace();
            if (!logs.ok)
                return logs;
            const { source, layout } = logs.value;
            const answer = await askForEach(source, sought, (some) => astraySearch(layout, some), (some, one) => astray(some.map(logRow), one) !== undefined);
            if (!answer.ok)
                return answer;
            const rows = answer.value.map(logRow);
            return (0,result/* succeeded */.g)(sought.flatMap((one) => astray(rows, one) ?? []));
        },
        findControlRecord: (id, since) => settleOn(async ({ source, layout }) => {
            const answer = await ask(source, controlRecordSearch(layout, id, since));
            return answer.ok ? (0,result/* succeeded */.g)(answer.value.some((row) => row['control_id'] === id)) : answer;
        }),
        async pages() {
            const url = await (0,hyperdx_pages/* uiOf */.Y8)(api);
            const logs = await logsPlace();
            return url === undefined
                ? undefined
                : { url, logSource: logs.ok ? logs.value.source.id : undefined };
        },
        close() {
            api.close();
            return Promise.resolve();
        },
    };
    /** One that starts again and again fills all pages: the others are asked for without it, and IDs alone. */
    async function behindBusyOnes(source, layout, group, seen) {
        const unmentioned = group.filter((one) => one.requestIds.length > 0 && !logEvidence(seen, one)?.requestIds.length);
        const byId = await askForEach(source, unmentioned, (some) => invocationSearch(layout, some), (some, one) => (logEvidence(some.map(logRow), one)?.requestIds.length ?? 0) > 0);
        if (!byId.ok)
            return byId;
        const rows = byId.value.map(logRow);
        const isSeen = (some, one) => some.some((row) => isOf(row, one));
        const others = await askForEach(source, group.filter((one) => !isSeen([...seen, ...rows], one)), (some) => evidenceSearch(layout, some), (some, one) => isSeen(some.map(logRow), one));
        return others.ok ? (0,result/* succeeded */.g)([...rows, ...others.value.map(logRow)]) : others;
    }
    async function tracesBeside({ source }) {
        const beside = (0,hyperdx_sources/* traceSource */.L2)(sources, source);
        return beside === undefined
            ? failure('missing', 'HyperDX does not have a trace source (otel_traces)')
            : known({ source: beside, layout: undefined }, 'SpanAttributes');
    }
    /** Shown, but not required. `undefined`: a question failed. */
    async function logsOfTraces({ source }, traceIds, from) {
        const counts = new Map();
        if (traceIds.length === 0)
            return counts;
        // 35 characters each, and a condition takes 8,192.
        for (let at = 0; at < traceIds.length; at += 200) {
            const search = correlatedLogsSearch(from, traceIds.slice(at, at + 200));
            const answer = await ask(source, search);
            if (!answer.ok)
                return undefined;
            for (const { trace_id: id } of answer.value) {
                if (typeof id === 'string')
                    counts.set(id, (counts.get(id) ?? 0) + 1);
            }
        }
        return counts;
    }
}
function inWords(places) {
    const [only, ...others] = places;
    if (only?.layout !== undefined && others.length === 0) {
        return `source ${(0,hyperdx_sources/* shownSource */.Vt)(only.source)} with ${only.layout.attributes === 'map' ? 'Map' : 'JSON'} columns`;
    }
    const names = places.slice(0, 5).map(({ source }) => (0,hyperdx_sources/* shownSource */.Vt)(source));
    return `${places.length} log sources: ${names.join(', ')}${places.length > names.length ? ', …' : ''}`;
}
const notPrepared = failure('missing', 'HyperDX’s sources were not read');
function failure(kind, text) {
    return { ok: false, fault: { kind, text } };
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

/***/ 5066:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L2: () => (/* binding */ traceSource),
/* harmony export */   Vt: () => (/* binding */ shownSource),
/* harmony export */   vz: () => (/* binding */ sourceOf),
/* harmony export */   xy: () => (/* binding */ logSources)
/* harmony export */ });
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7979);
/* harmony import */ var _model_redaction__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5940);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2960);
/* harmony import */ var _row_values__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9790);
/**
 * The sources of a HyperDX team: which of them may hold the rows, and which traces go with which logs. Several log sources
 * are ordinary: of other databases, of other tables, and disabled ones.
 */




/** One of `GET /api/v2/sources`. */
function sourceOf(row) {
    const from = (0,_model_json__WEBPACK_IMPORTED_MODULE_0__/* .membersOf */ .lS)(row['from']);
    return {
        id: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(row['id']),
        name: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(row['name']),
        kind: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(row['kind']),
        connection: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(row['connection']),
        database: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(from['databaseName']),
        table: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(from['tableName']),
        disabled: row['disabled'] === true,
        traceSourceId: (0,_row_values__WEBPACK_IMPORTED_MODULE_1__/* .text */ .Qq)(row['traceSourceId']),
    };
}
/**
 * The log sources that may be meant, the most likely one first; at least one.
 *
 * @param named the input `hyperdx-source`: an id, or a name, which several sources may have; empty: any that is enabled
 */
function logSources(sources, named) {
    const logs = sources.filter(({ kind }) => kind === LOGS.kind);
    const fitting = named === '' ? logs.filter(isInUse) : withName(logs, named);
    if (fitting.length > 0)
        return (0,_model_result__WEBPACK_IMPORTED_MODULE_2__/* .succeeded */ .g)(byLikelihood(fitting, LOGS));
    const list = logs.length === 0 ? 'none' : logs.slice(0, 10).map(shownWithId).join(', ');
    if (named === '') {
        return missing(`HyperDX does not have a log source (${LOGS.table}) that is enabled. Its log sources: ${list}`);
    }
    const [other] = withName(sources, named);
    const found = `\`hyperdx-source\` (${(0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .asPartOfALine */ .gk)(named)})`;
    return missing(other === undefined
        ? `HyperDX does not have the log source of ${found}. Its log sources: ${list}`
        : `${found} is a source of kind ${(0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .asPartOfALine */ .gk)(other.kind)}, and must be a log source. HyperDX’s log sources: ${list}`);
}
/** The traces that go with a log source: those connected with it, else those of its database, else any. */
function traceSource(sources, logs) {
    const traces = byLikelihood(sources.filter((one) => one.kind === TRACES.kind && isInUse(one)), TRACES);
    const isBeside = ({ connection, database }) => connection === logs.connection && database === logs.database;
    return traces.find(({ id }) => id === logs.traceSourceId) ?? traces.find(isBeside) ?? traces[0];
}
/** `Logs (default.otel_logs)` */
function shownSource({ name, database, table }) {
    return (0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .asPartOfALine */ .gk)(`${name} (${database}.${table})`);
}
/** As a new team is given them. */
const LOGS = { kind: 'log', table: 'otel_logs', name: 'Logs' };
const TRACES = { kind: 'trace', table: 'otel_traces', name: 'Traces' };
function isInUse({ disabled, table }) {
    return !disabled && table !== '';
}
function withName(sources, named) {
    const byId = sources.filter(({ id }) => id === named);
    if (byId.length > 0)
        return byId;
    const byName = sources.filter(({ name }) => name === named);
    if (byName.length > 0)
        return byName;
    const folded = named.toLowerCase();
    return sources.filter(({ name }) => name.trim().toLowerCase() === folded);
}
/** ClickStack's own table before any other, and its usual name before any other. */
function byLikelihood(sources, usual) {
    const points = ({ table, name, disabled }) => (disabled ? 0 : 4) + (table === usual.table ? 2 : 0) + (name === usual.name ? 1 : 0);
    return [...sources].sort((a, b) => points(b) - points(a));
}
function shownWithId(source) {
    return `${shownSource(source)} ${(0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .asPartOfALine */ .gk)(source.id)}${source.disabled ? ', disabled' : ''}`;
}
function missing(words) {
    return { ok: false, fault: { kind: 'missing', text: words } };
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
