export const id = 442;
export const ids = [442];
export const modules = {

/***/ 1871:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ BODY_LIMIT),
/* harmony export */   Z: () => (/* binding */ CONNECTING)
/* harmony export */ });
/** What one attempt at an export is given, whichever protocol it speaks. */
/** More of an answer is not kept. */
const BODY_LIMIT = 64 * 1024;
/**
 * Of a host with several addresses Node gives each 250 ms to connect (`net`, `autoSelectFamilyAttemptTimeout`): from
 * a runner on another continent that would make a sound endpoint look unreachable.
 */
const CONNECTING = { autoSelectFamilyAttemptTimeout: 2_500 };


/***/ }),

/***/ 8442:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  otlpLogs: () => (/* binding */ otlpLogs)
});

// EXTERNAL MODULE: ./src/model/poll.ts
var poll = __webpack_require__(8836);
// EXTERNAL MODULE: ./src/model/url.ts
var model_url = __webpack_require__(5336);
// EXTERNAL MODULE: ./src/model/proxy-fault.ts
var proxy_fault = __webpack_require__(5032);
// EXTERNAL MODULE: ./src/model/redaction.ts
var redaction = __webpack_require__(5940);
// EXTERNAL MODULE: ./src/systems/clickstack/otlp-message.ts
var otlp_message = __webpack_require__(2470);
;// CONCATENATED MODULE: ./src/systems/clickstack/conclude-answer.ts
/** From the reply to one export to what it means for the endpoint, in words and without secrets. */




/** @param shown a server's words without what this process hides in them */
function conclude(reply, target, shown = redaction/* withoutEchoes */.Kx) {
    const judged = conclusionOf(reply, { ...target, shown }, placeOf(target));
    const inClear = !target.endpoint.startsWith('https:');
    return {
        ...judged,
        mayBeTls: inClear && reply.kind === 'broken' && MAY_BE_TLS.test(reply.code),
    };
}
/** The answer after a handshake has shown that there is TLS at an `http://` address. */
function tlsSpokenAt(target) {
    const text = `${placeOf(target)} requires TLS, but the endpoint begins with \`http://\``;
    return { kind: 'tls', text };
}
const MAY_BE_TLS = /^(ECONNRESET|EPIPE|ERR_HTTP2_ERROR|HPE_)/;
function conclusionOf(reply, target, place) {
    switch (reply.kind) {
        case 'timeout':
            return conclude_answer_final('unreachable', `no answer from ${place} within ${(reply.afterMs / 1000).toFixed()} s`);
        case 'broken':
            return judgeBroken(reply, target, place);
        case 'grpc':
            return judgeGrpc(reply, target, place);
        case 'http':
            return target.protocol === 'http'
                ? judgeHttp(reply, target, place)
                : judgeHttpForGrpc(reply, place);
    }
}
function judgeBroken({ code, message, received, withoutAlpn }, target, place) {
    if (code === proxy_fault/* PROXY_FAULT */.C) {
        return conclude_answer_final('unreachable', `${place} could not be reached: ${target.shown(message)}`);
    }
    // From both: Node's HTTPS client has a code of its own for all of OpenSSL's errors, EPROTO.
    const both = `${code} ${message}`;
    if (/ALERT_NO_APPLICATION_PROTOCOL|alert no application protocol/.test(both)) {
        return conclude_answer_final('wrong-protocol', `the TLS server at ${place} does not support ${wanted(target)}`);
    }
    if (/WRONG_VERSION_NUMBER|wrong version number/.test(both)) {
        return conclude_answer_final('tls', `${place} does not support TLS, but the endpoint begins with \`https://\` (${code})`);
    }
    if (message.includes('before secure TLS connection')) {
        return passing('tls', `${place} closed the connection during the TLS handshake`);
    }
    if (TLS_CODE.test(code)) {
        return conclude_answer_final('tls', `${place}: ${TLS_WORDS[code] ?? 'the TLS handshake failed'} (${code})`);
    }
    if (code.startsWith('HPE_')) {
        const [first] = received ?? [];
        if (first === TLS_ALERT)
            return { answer: tlsSpokenAt(target), passing: false };
        const instead = isHttp2(received)
            ? 'HTTP/2, which gRPC uses,'
            : 'a protocol other than HTTP/1.1';
        return conclude_answer_final('wrong-protocol', `${place} answers with ${instead} (${code})`);
    }
    if (code === 'ERR_HTTP2_ERROR' || message.includes('HTTP_1_1_REQUIRED')) {
        return conclude_answer_final('wrong-protocol', `${place} does not support HTTP/2, which gRPC needs (${code})`);
    }
    if (code === 'ERR_HTTP2_STREAM_ERROR' || code === 'ERR_HTTP2_SESSION_ERROR') {
        return passing('refused', `${place} aborted the call (${code})`);
    }
    if (code === 'ENOTFOUND')
        return conclude_answer_final('unreachable', `the host name of ${place} cannot be resolved`);
    if (code === 'ECONNREFUSED')
        return conclude_answer_final('unreachable', `${place} refused the connection`);
    if (withoutAlpn && (code === 'ECONNRESET' || code === 'EPIPE')) {
        // As gRPC servers in Go do with whoever does not ask for HTTP/2.
        return passing('wrong-protocol', `${place} completes the TLS handshake and then closes the connection without an answer to HTTP/1.1, as ports for gRPC do`);
    }
    if (code === 'ECONNRESET' || code === 'EPIPE') {
        return passing('unreachable', `${place} closed the connection without an answer`);
    }
    if (code === 'EAI_AGAIN') {
        return passing('unreachable', `the DNS server did not answer for ${place}`);
    }
    // The remaining system codes are about the route to the host; the others are about this request.
    return code.startsWith('E') && !code.startsWith('ERR_')
        ? conclude_answer_final('unreachable', `${place} could not be reached (${code})`)
        : conclude_answer_final('refused', `the export to ${place} failed (${code})`);
}
const TLS_ALERT = 0x15;
/** Certificate errors have OpenSSL's names, without `ERR_` (Node.js, `tls`, "X509 certificate error codes"). */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO)/;
const TLS_WORDS = {
    DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
    SELF_SIGNED_CERT_IN_CHAIN: 'the certificate was issued by a private authority that is not trusted',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the issuer of the certificate is unknown',
    UNABLE_TO_GET_ISSUER_CERT: 'the issuer of the certificate is unknown',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is unknown',
    CERT_HAS_EXPIRED: 'the certificate has expired',
    CERT_NOT_YET_VALID: 'the certificate is not valid yet',
    ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
    HOSTNAME_MISMATCH: 'the certificate is for another host',
};
/** An HTTP/2 server's first frame is SETTINGS: three bytes length, then type 4 (RFC 9113, section 3.4). */
function isHttp2(received) {
    return received?.[0] === 0 && received[3] === 4;
}
function judgeGrpc({ status, message, body }, target, place) {
    if (status === GRPC.OK)
        return judgePartial((0,otlp_message/* decodeLogsResponse */.Bf)(body), target, place);
    const name = Object.entries(GRPC).find(([, code]) => code === status)?.[0];
    const answered = `${place} answered with gRPC status ${status}${name === undefined ? '' : ` (${name})`}`;
    // A server's message about a key may quote parts of it.
    if (status === GRPC.Unauthenticated || status === GRPC.PermissionDenied) {
        return { answer: { kind: 'key-refused', text: answered, overGrpc: true }, passing: false };
    }
    const text = answered + quoted(message, target);
    if (status === GRPC.Unimplemented || status === GRPC.NotFound)
        return conclude_answer_final('not-found', text);
    return status === GRPC.Unavailable || status === GRPC.ResourceExhausted
        ? passing('refused', text)
        : conclude_answer_final('refused', text);
}
/** gRPC's status codes (`doc/statuscodes.md`). */
const GRPC = {
    OK: 0,
    Cancelled: 1,
    Unknown: 2,
    InvalidArgument: 3,
    DeadlineExceeded: 4,
    NotFound: 5,
    PermissionDenied: 7,
    ResourceExhausted: 8,
    FailedPrecondition: 9,
    Unimplemented: 12,
    Internal: 13,
    Unavailable: 14,
    Unauthenticated: 16,
};
/** A 403 of Node's own HTTP/2 server means that it expected `h2`; it is not about the key. */
const WANTS_HTTP2 = /expected `h2`|requires HTTP\/2|HTTP\/2 required/i;
/** Go's and nginx's answers in clear at a TLS port. */
const WANTS_TLS = /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|server speaking TLS-enabled port/i;
/** The collector's HTTP receiver cannot even refuse a content type that it does not know (confighttp). */
const NOT_OTLP_HTTP = /failed to marshal error message/;
/** 426 and 505: another version of HTTP is wanted; 464: the same, by an AWS load balancer. */
const OTHER_HTTP_VERSION = new Set([415, 426, 464, 505]);
/** Those that OTLP lets an exporter retry (OTLP specification, "Retryable Response Codes"). */
const PASSING_STATUS = new Set([429, 502, 503, 504]);
const KEY_STATUS = new Set([401, 403]);
function judgeHttp({ status, contentType, body }, target, place) {
    const words = Buffer.from(body).toString('utf8');
    if (WANTS_TLS.test(words))
        return { answer: tlsSpokenAt(target), passing: false };
    if (WANTS_HTTP2.test(words) || OTHER_HTTP_VERSION.has(status)) {
        return conclude_answer_final('wrong-protocol', `${place} does not accept OTLP over HTTP/1.1 (HTTP ${status})`);
    }
    if (/^application\/grpc\b/.test(contentType)) {
        return conclude_answer_final('wrong-protocol', `${place} answers HTTP/1.1 with gRPC (HTTP ${status})`);
    }
    if (status >= 200 && status < 300) {
        const response = otlpResponse(contentType, body);
        if (response)
            return judgePartial(response, target, place);
        return conclude_answer_final('not-found', `${pathOf(target)} answered with HTTP ${status}, but not with OTLP`);
    }
    const answered = `${pathOf(target)} answered with HTTP ${status}`;
    // A server's message about a key may quote parts of it.
    if (KEY_STATUS.has(status))
        return conclude_answer_final('key-refused', answered);
    if (status === 404 || status === 405 || status === 410)
        return conclude_answer_final('not-found', answered);
    if (status >= 300 && status < 400) {
        return conclude_answer_final('refused', `${answered}, a redirect that Rotel does not follow`);
    }
    const text = answered + quoted(wordsOf(contentType, body), target);
    return PASSING_STATUS.has(status) ? passing('refused', text) : conclude_answer_final('refused', text);
}
/** The answer to an export, in the encoding that its type tells; `undefined`: another server's good answer. */
function otlpResponse(contentType, body) {
    const [type = ''] = contentType.toLowerCase().split(';');
    if (/^application\/([\w.-]+\+)?json$/.test(type.trim())) {
        return (0,otlp_message/* decodeJsonLogsResponse */.n5)(Buffer.from(body).toString('utf8'));
    }
    if (type.trim() === 'application/x-protobuf')
        return (0,otlp_message/* decodeLogsResponse */.Bf)(body);
    // Any server may answer so, and bytes that happen to be protobuf tell nothing.
    const isEmpty = body.length === 0 || Buffer.from(body).toString('utf8').trim() === '{}';
    return isEmpty && !type.startsWith('text/') ? { rejected: 0, message: '' } : undefined;
}
/** An answer to a gRPC call by something that knows HTTP/2 and not gRPC: a web server, or a proxy on the way. */
function judgeHttpForGrpc({ status, body }, place) {
    const answered = `${place} answered with HTTP ${status} without a gRPC status`;
    if (KEY_STATUS.has(status))
        return conclude_answer_final('key-refused', answered);
    if (PASSING_STATUS.has(status))
        return passing('refused', answered);
    const known = NOT_OTLP_HTTP.test(Buffer.from(body).toString('utf8'));
    if (status >= 500 && status !== 505 && !known)
        return conclude_answer_final('refused', answered);
    return conclude_answer_final('wrong-protocol', answered);
}
function judgePartial(partial, target, place) {
    if (!partial)
        return conclude_answer_final('refused', `${place} did not answer with OTLP`);
    if (partial.rejected === 0)
        return ACCEPTED;
    return conclude_answer_final('refused', `${place} accepted the export but rejected the record${quoted(partial.message, target)}`);
}
const ACCEPTED = { answer: { kind: 'accepted' }, passing: false };
function conclude_answer_final(kind, text) {
    return { answer: { kind, text }, passing: false };
}
function passing(kind, text) {
    return { answer: { kind, text }, passing: true };
}
function wanted({ protocol }) {
    return protocol === 'grpc' ? 'HTTP/2, which gRPC needs' : 'HTTP/1.1';
}
/** Host and port, and nothing of the URL that might be secret. */
function placeOf({ endpoint }) {
    return (0,model_url/* parseUrl */.D)(endpoint)?.host ?? 'the endpoint';
}
function pathOf(target) {
    const url = (0,model_url/* parseUrl */.D)(target.endpoint);
    if (url === undefined)
        return 'the endpoint';
    return `${url.host}${url.pathname.replace(/\/$/, '')}/v1/logs`;
}
function wordsOf(contentType, body) {
    if (contentType.startsWith('application/x-protobuf'))
        return (0,otlp_message/* decodeStatusMessage */.OK)(body);
    return contentType.startsWith('text/plain') ? Buffer.from(body).toString('utf8') : '';
}
/** The server's words, without what it may quote of the request. */
function quoted(words, { headers, shown }) {
    const hidden = (0,redaction/* withoutValues */.lO)(shown(words), [...headers.values()].flatMap(quotedForms));
    // Whatever else the words hold, they stay one line of plain text.
    const line = hidden.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
    return line === '' ? '' : `: ${line.slice(0, 200)}`;
}
/** A value as a server may quote it: whole, without its scheme, encoded; and what is behind a `Basic`. */
function quotedForms(value) {
    const [, basic = ''] = /^basic\s+(\S+)$/i.exec(value.trim()) ?? [];
    const decoded = Buffer.from(basic, 'base64').toString('utf8');
    const password = decoded.slice(decoded.indexOf(':') + 1);
    const parts = [value, ...value.split(/\s+/), decoded, password];
    return [value, ...parts.filter((part) => part.length >= 4)].flatMap(redaction/* formsOf */.XP);
}

// EXTERNAL MODULE: ./src/edges/clock.ts + 1 modules
var clock = __webpack_require__(287);
// EXTERNAL MODULE: ./src/edges/agent-for.ts
var agent_for = __webpack_require__(8805);
// EXTERNAL MODULE: ./src/edges/known-values.ts
var known_values = __webpack_require__(9776);
// EXTERNAL MODULE: external "node:http2"
var external_node_http2_ = __webpack_require__(2467);
;// CONCATENATED MODULE: ./src/systems/clickstack/reply.ts
/** What came back from one attempt at an export, before anything is concluded from it. */
/** The reply that an error of a Node socket, TLS, HTTP or HTTP/2 client stands for. */
function brokenBy(error) {
    const { code, message, cause, rawPacket } = shapeOf(error);
    // HTTP/2 reports that the stream was cancelled, and has the failure of the connection as the cause.
    if (code === 'ERR_HTTP2_STREAM_CANCEL' && shapeOf(cause).code !== '')
        return brokenBy(cause);
    return {
        kind: 'broken',
        code: code === '' ? 'UNKNOWN' : code,
        message,
        received: rawPacket instanceof Uint8Array ? rawPacket : undefined,
    };
}
/** By shape, not by `instanceof`: Node's errors may be of another realm. */
function shapeOf(error) {
    if (typeof error !== 'object' || error === null) {
        return { code: '', message: '', cause: undefined, rawPacket: undefined };
    }
    const code = 'code' in error ? error.code : undefined;
    const message = 'message' in error ? error.message : undefined;
    return {
        code: typeof code === 'string' ? code : '',
        message: typeof message === 'string' ? message : '',
        cause: 'cause' in error ? error.cause : undefined,
        rawPacket: 'rawPacket' in error ? error.rawPacket : undefined,
    };
}

// EXTERNAL MODULE: ./src/edges/otlp-attempt.ts
var otlp_attempt = __webpack_require__(1871);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
// EXTERNAL MODULE: ./src/edges/proxy-settings.ts
var proxy_settings = __webpack_require__(8334);
;// CONCATENATED MODULE: ./src/edges/secured.ts
/** TLS over a connection that is there already, as one through a proxy is. */



/** The connection itself where the URL is of plain HTTP. */
function secured(socket, { protocol, hostname }, trust, ALPNProtocols) {
    if (protocol !== 'https:')
        return socket;
    const host = (0,proxy_settings/* unbracketed */.jG)(hostname);
    return (0,external_node_tls_.connect)({ socket, ALPNProtocols, ...trust, ...((0,external_node_net_.isIP)(host) === 0 && { servername: host }) });
}

;// CONCATENATED MODULE: ./src/edges/otlp-grpc.ts
/**
 * One OTLP/gRPC logs export over Node's own HTTP/2. Not by a gRPC library: those fold every fault of the connection
 * into status 14, and this check needs the fault itself.
 */




const EXPORT_PATH = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
/** Any path of the endpoint is dropped, as Rotel drops it (`src/exporters/otlp/request.rs`). Never rejects. */
async function exportByGrpc(attempt) {
    if (attempt.way === undefined)
        return exportOver(undefined, attempt);
    const begin = performance.now();
    try {
        const socket = await attempt.way.open(attempt.timeoutMs);
        const spent = performance.now() - begin;
        return await exportOver(socket, { ...attempt, timeoutMs: attempt.timeoutMs - spent });
    }
    catch (thrown) {
        return brokenBy(thrown);
    }
}
/** @param tunnel a connection to the endpoint; `undefined`: one is made */
function exportOver(tunnel, attempt) {
    const { url, headers, message, timeoutMs, trust } = attempt;
    return new Promise((resolve) => {
        const session = (0,external_node_http2_.connect)(url.origin, {
            ...otlp_attempt/* CONNECTING */.Z,
            ...trust,
            ...(tunnel && { createConnection: () => secured(tunnel, url, trust, ['h2']) }),
        });
        const timer = setTimeout(() => finish({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs);
        const finish = (reply) => {
            clearTimeout(timer);
            session.destroy();
            resolve(reply);
        };
        const fail = (error) => finish(brokenBy(error));
        session.on('error', fail);
        try {
            const stream = session.request({
                ...lowerCased(headers),
                ':method': 'POST',
                ':path': EXPORT_PATH,
                'content-type': 'application/grpc',
                te: 'trailers',
            });
            let head = {};
            let trailers = {};
            const chunks = [];
            let length = 0;
            stream.on('response', (received) => (head = received));
            stream.on('trailers', (received) => (trailers = received));
            stream.on('data', (chunk) => {
                if (length < otlp_attempt/* BODY_LIMIT */.T)
                    chunks.push(chunk);
                length += chunk.length;
            });
            stream.on('error', fail);
            stream.on('close', () => finish(replyOf(head, trailers, Buffer.concat(chunks))));
            stream.end(framed(message));
        }
        catch (thrown) {
            fail(thrown);
        }
    });
}
/** HTTP/2 knows no capitals in names. */
function lowerCased(headers) {
    return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
}
/** gRPC's length-prefixed message: one byte "not compressed", four bytes length (`PROTOCOL-HTTP2.md`). */
function framed(message) {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    return Buffer.concat([prefix, message]);
}
function replyOf(head, trailers, body) {
    const status = trailers['grpc-status'] ?? head['grpc-status'];
    if (status !== undefined) {
        const message = trailers['grpc-message'] ?? head['grpc-message'] ?? '';
        return {
            kind: 'grpc',
            status: Number(status),
            message: percentDecoded(String(message)),
            body: body.subarray(5),
        };
    }
    const httpStatus = head[':status'];
    if (typeof httpStatus !== 'number') {
        return brokenBy({ code: 'ECONNRESET', message: 'closed without an answer' });
    }
    return { kind: 'http', status: httpStatus, contentType: head['content-type'] ?? '', body };
}
function percentDecoded(message) {
    try {
        return decodeURIComponent(message);
    }
    catch {
        return message;
    }
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
;// CONCATENATED MODULE: ./src/edges/otlp-http.ts
/** One OTLP/HTTP logs export, protobuf in the body, over Node's own client. */





/** Set explicitly, so that a TLS server that supports only gRPC refuses the handshake. */
const HTTP_1_1 = { ALPNProtocols: ['http/1.1'] };
/**
 * Sent to `<endpoint>/v1/logs`, as Rotel appends it (`src/exporters/otlp/request.rs`). Redirects are not followed:
 * Rotel does not follow them either. Never rejects.
 */
function exportByHttp(attempt) {
    const { url, headers, message, timeoutMs, trust, way } = attempt;
    const request = url.protocol === 'https:' ? external_node_https_.request : external_node_http_.request;
    return new Promise((resolve) => {
        let close = () => undefined;
        const timer = setTimeout(() => finish({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs);
        const finish = (reply) => {
            clearTimeout(timer);
            close();
            resolve(reply);
        };
        let withoutAlpn = false;
        const fail = (error) => {
            const reply = brokenBy(error);
            finish(withoutAlpn && reply.kind === 'broken' ? { ...reply, withoutAlpn } : reply);
        };
        try {
            const outgoing = request(logsUrl(url), {
                method: 'POST',
                agent: way?.agent ?? false,
                headers: {
                    ...Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value])),
                    'content-type': 'application/x-protobuf',
                    'content-length': message.length,
                },
                ...HTTP_1_1,
                ...otlp_attempt/* CONNECTING */.Z,
                ...trust,
            }, (response) => {
                // It speaks HTTP, and has just no ALPN.
                withoutAlpn = false;
                const chunks = [];
                let length = 0;
                const answer = () => finish({
                    kind: 'http',
                    status: response.statusCode ?? 0,
                    contentType: response.headers['content-type'] ?? '',
                    body: Buffer.concat(chunks),
                });
                response.on('data', (chunk) => {
                    chunks.push(chunk);
                    length += chunk.length;
                    if (length > otlp_attempt/* BODY_LIMIT */.T)
                        answer();
                });
                response.on('error', fail);
                response.on('end', answer);
            });
            outgoing.on('socket', (socket) => {
                socket.once('secureConnect', () => {
                    withoutAlpn = socket instanceof external_node_tls_.TLSSocket && socket.alpnProtocol === false;
                });
            });
            close = () => outgoing.destroy();
            outgoing.on('error', fail);
            outgoing.end(message);
        }
        catch (thrown) {
            fail(thrown);
        }
    });
}
function logsUrl(endpoint) {
    const url = new URL(endpoint);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/logs`;
    return url;
}

;// CONCATENATED MODULE: ./src/edges/speaks-tls.ts
/** Whether there is TLS at an address: to tell a TLS port from a connection that merely broke. */



const LIMIT_MS = 2_000;
/** Shakes hands and hangs up; whom the certificate is of does not matter here, and nothing is sent. Never rejects. */
async function speaksTls(url, timeoutMs, way) {
    const limitMs = Math.min(timeoutMs, LIMIT_MS);
    try {
        return await shakesHands(url, limitMs, await way?.open(limitMs));
    }
    catch {
        return false;
    }
}
/** @param tunnel a connection to the address; `undefined`: one is made */
function shakesHands({ hostname, port }, limitMs, tunnel) {
    const host = hostname.replace(/^\[|\]$/g, '');
    return new Promise((resolve) => {
        const socket = (0,external_node_tls_.connect)({
            host,
            port: port === '' ? 80 : Number(port),
            ...otlp_attempt/* CONNECTING */.Z,
            ...(tunnel && { socket: tunnel }),
            rejectUnauthorized: false,
            ALPNProtocols: ['h2', 'http/1.1'],
            ...((0,external_node_net_.isIP)(host) === 0 && { servername: host }),
        });
        const timer = setTimeout(() => finish(false), limitMs);
        const finish = (spoken) => {
            clearTimeout(timer);
            socket.destroy();
            resolve(spoken);
        };
        socket.on('secureConnect', () => finish(true));
        socket.on('error', () => finish(false));
        socket.on('close', () => finish(false));
    });
}

;// CONCATENATED MODULE: ./src/edges/otlp-logs.ts
/** Sends one OTLP logs export from the runner, with Node alone. Loaded only when the endpoint is asked. */











/**
 * Connections are closed when the answer is there. What passes (a connection that broke, 429, 502 to 504 and gRPC's
 * Unavailable and ResourceExhausted) is tried again. After the last try its answer counts.
 */
function otlpLogs({ timeoutMs = 10_000, waitsMs = [250, 1000], trust = {}, proxies = proxy_settings/* runnerProxies */.XF, } = {}) {
    return async (target, record) => {
        const url = (0,model_url/* parseUrl */.D)(target.endpoint);
        if (url === undefined)
            return { kind: 'refused', text: 'the endpoint is not a URL' };
        const message = (0,otlp_message/* encodeLogsRequest */.fV)(record);
        const way = await wayTo(url, proxies);
        const exportOnce = target.protocol === 'grpc' ? exportByGrpc : exportByHttp;
        const end = performance.now() + timeoutMs;
        const left = () => Math.max(1, Math.ceil(end - performance.now()));
        let attempt = 0;
        const once = async () => {
            const { headers } = target;
            const reply = await exportOnce({ url, headers, message, timeoutMs: left(), trust, way });
            const { answer, passing, mayBeTls } = conclude(reply.kind === 'timeout' ? { ...reply, afterMs: timeoutMs } : reply, target, known_values/* shownWords */.vU);
            if (mayBeTls && (await speaksTls(url, left(), way)))
                return (0,poll/* done */.Vw)(tlsSpokenAt(target));
            const wait = waitsMs[attempt++];
            if (!passing || wait === undefined || left() <= wait)
                return (0,poll/* done */.Vw)(answer);
            return (0,poll/* notYet */.y8)(answer, wait);
        };
        return (0,poll/* lastFound */.dr)(await (0,poll/* poll */.wt)(once, { firstMs: 0 }, { clock: clock/* systemClock */.m }));
    };
}
/** `undefined`: the endpoint is reached directly. */
async function wayTo(url, proxies) {
    const proxy = proxies.proxyFor(url);
    const agent = await (0,agent_for/* agentFor */.P)(url, {}, proxies);
    if (proxy === undefined || agent === undefined)
        return undefined;
    const { openTunnel } = await __webpack_require__.e(/* import() */ 538).then(__webpack_require__.bind(__webpack_require__, 6157));
    const standard = url.protocol === 'https:' ? 443 : 80;
    const address = {
        host: (0,proxy_settings/* unbracketed */.jG)(url.hostname),
        port: url.port === '' ? standard : Number(url.port),
    };
    return { agent, open: (limitMs) => openTunnel(proxy, address, limitMs) };
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


/***/ })

};
