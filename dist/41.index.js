export const id = 41;
export const ids = [41];
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
