export const id = 157;
export const ids = [157,538];
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

/***/ 6157:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openTunnel: () => (/* binding */ openTunnel),
/* harmony export */   proxyAgents: () => (/* binding */ proxyAgents)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1692);
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_tls__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var _model_proxy_fault__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5032);
/* harmony import */ var _otlp_attempt__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1871);
/* harmony import */ var _proxy_fault__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4727);
/* harmony import */ var _proxy_settings__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8334);
/**
 * Node's agents, through the proxies of the runner: HTTPS in a tunnel (CONNECT), plain HTTP as a request for an absolute
 * URL, since many proxies tunnel to port 443 alone. What `NO_PROXY` names is reached directly. Loaded only where the
 * runner's environment names a proxy.
 */








/** A proxy that is silent for this long opens no tunnel. */
const TUNNEL_LIMIT_MS = 5_000;
/** One of each, which choose proxy or direct connection for each address. */
function proxyAgents(proxies, options = {}) {
    return {
        httpAgent: new ForwardingAgent(proxies, options),
        httpsAgent: new TunnelingAgent(proxies, options),
    };
}
/**
 * Asks the proxy for a connection to the address and hands it over, with nothing read from it.
 * Rejects with a fault of the proxy, whose message names it.
 */
function openTunnel(proxy, address, limitMs = TUNNEL_LIMIT_MS) {
    const target = `${bracketed(address.host)}:${String(address.port)}`;
    const ask = proxy.url.protocol === 'https:' ? node_https__WEBPACK_IMPORTED_MODULE_1__.request : node_http__WEBPACK_IMPORTED_MODULE_0__.request;
    return new Promise((resolve, reject) => {
        const request = ask({
            ...addressOf(proxy),
            ..._otlp_attempt__WEBPACK_IMPORTED_MODULE_4__/* .CONNECTING */ .Z,
            method: 'CONNECT',
            path: target,
            agent: false,
            headers: { host: target, ...authorizationOf(proxy) },
        });
        const timer = setTimeout(() => {
            const seconds = (limitMs / 1000).toFixed(1);
            request.destroy((0,_proxy_fault__WEBPACK_IMPORTED_MODULE_6__/* .proxyFault */ .tE)(`${proxy.name} did not open a connection to ${target} within ${seconds} s`));
        }, limitMs);
        request.on('connect', ({ statusCode = 0 }, socket, head) => {
            clearTimeout(timer);
            if (statusCode >= 200 && statusCode < 300) {
                if (head.length > 0)
                    socket.unshift(head);
                resolve(socket);
                return;
            }
            socket.destroy();
            reject((0,_proxy_fault__WEBPACK_IMPORTED_MODULE_6__/* .refusedByProxy */ .SR)(proxy, target, statusCode));
        });
        request.on('error', (error) => {
            clearTimeout(timer);
            reject((0,_proxy_fault__WEBPACK_IMPORTED_MODULE_6__/* .proxyUnreachable */ .$M)(proxy, error));
        });
        request.end();
    });
}
class TunnelingAgent extends node_https__WEBPACK_IMPORTED_MODULE_1__.Agent {
    #proxies;
    constructor(proxies, options) {
        super(options);
        this.#proxies = proxies;
    }
    createConnection(options, callback) {
        const { host, port } = endOf(options, 443);
        const proxy = this.#proxies.proxyFor(new URL(`https://${bracketed(host)}:${String(port)}`));
        if (proxy === undefined)
            return super.createConnection(options, callback);
        openTunnel(proxy, { host, port }).then((socket) => {
            const secured = { ...options, socket };
            const stream = super.createConnection(secured);
            if (stream)
                callback(null, stream);
        }, 
        // Node gives no stream along with an error; its type requires one.
        (error) => Reflect.apply(callback, undefined, [error]));
        return undefined;
    }
}
class ForwardingAgent extends node_http__WEBPACK_IMPORTED_MODULE_0__.Agent {
    #proxies;
    constructor(proxies, options) {
        super(options);
        this.#proxies = proxies;
    }
    /** What Node calls when a request is made, and no type of it tells: the one place where its path is still open. */
    addRequest(request, options) {
        const origin = originOf(options);
        const proxy = this.#proxies.proxyFor(new URL(origin));
        if (proxy !== undefined && request.path.startsWith('/')) {
            request.path = `${origin}${request.path}`;
            for (const [name, value] of Object.entries(authorizationOf(proxy))) {
                request.setHeader(name, value);
            }
            // The proxy's failure is the request's, and would not name the proxy.
            request.prependListener('error', (error) => {
                if (!(0,_proxy_fault__WEBPACK_IMPORTED_MODULE_6__/* .isNotConnected */ .rN)(error))
                    return;
                const { message } = (0,_proxy_fault__WEBPACK_IMPORTED_MODULE_6__/* .proxyUnreachable */ .$M)(proxy, error);
                Object.assign(error, { message, code: _model_proxy_fault__WEBPACK_IMPORTED_MODULE_7__/* .PROXY_FAULT */ .C });
            });
        }
        const inherited = Reflect.get(node_http__WEBPACK_IMPORTED_MODULE_0__.Agent.prototype, 'addRequest');
        if (typeof inherited === 'function')
            Reflect.apply(inherited, this, [request, options]);
    }
    createConnection(options, callback) {
        const proxy = this.#proxies.proxyFor(new URL(originOf(options)));
        if (proxy === undefined)
            return super.createConnection(options, callback);
        const { host, port } = addressOf(proxy);
        return proxy.url.protocol === 'https:'
            ? (0,node_tls__WEBPACK_IMPORTED_MODULE_3__.connect)({ host, port, ..._otlp_attempt__WEBPACK_IMPORTED_MODULE_4__/* .CONNECTING */ .Z, ...((0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(host) === 0 && { servername: host }) })
            : (0,node_net__WEBPACK_IMPORTED_MODULE_2__.connect)({ host, port, ..._otlp_attempt__WEBPACK_IMPORTED_MODULE_4__/* .CONNECTING */ .Z });
    }
}
function authorizationOf({ authorization }) {
    return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}
function addressOf({ url }) {
    const standard = url.protocol === 'https:' ? 443 : 80;
    return { host: (0,_proxy_settings__WEBPACK_IMPORTED_MODULE_5__/* .unbracketed */ .jG)(url.hostname), port: url.port === '' ? standard : Number(url.port) };
}
function endOf({ host, port }, standard) {
    return { host: (0,_proxy_settings__WEBPACK_IMPORTED_MODULE_5__/* .unbracketed */ .jG)(host ?? 'localhost'), port: Number(port ?? standard) };
}
function originOf(options) {
    const { host, port } = endOf(options, 80);
    return `http://${bracketed(host)}${port === 80 ? '' : `:${String(port)}`}`;
}
function bracketed(host) {
    return (0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(host) === 6 ? `[${host}]` : host;
}


/***/ })

};
