export const id = 234;
export const ids = [234];
export const modules = {

/***/ 7234:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   pullRequestComments: () => (/* binding */ pullRequestComments)
/* harmony export */ });
/* harmony import */ var _model_json__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7979);
/* harmony import */ var _model_redaction__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5940);
/* harmony import */ var _model_result__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2960);
/* harmony import */ var _known_values__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9776);
/* harmony import */ var _github__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4843);
/** The comment of a pull request, through GitHub's toolkit. Loaded only for `comment: true`. */





const TIME_LIMIT_MS = 10_000;
/** For all pages of comments, of which a pull request may have dozens. */
const LISTING_LIMIT_MS = 60_000;
/** As many as GitHub gives. */
const PAGE_SIZE = 100;
/** Who comments with GITHUB_TOKEN, where GitHub does not tell who a token is. */
const ACTIONS_BOT = 'github-actions[bot]';
/** @param token of this runner's GitHub; empty: there is none */
function pullRequestComments(token, environment) {
    const baseUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
    const [owner = '', repo = ''] = (environment['GITHUB_REPOSITORY'] ?? '').split('/');
    return {
        async put(comment) {
            try {
                const number = await pullRequestNumber();
                if (number === undefined)
                    return { ok: false, fault: { kind: 'no-pull-request' } };
                if (token === '')
                    return { ok: false, fault: { kind: 'no-token' } };
                const github = await (0,_github__WEBPACK_IMPORTED_MODULE_1__/* .githubClient */ .$f)(baseUrl, token);
                const place = { owner, repo, issue_number: number };
                const author = await authorOf(github);
                const known = await find(github, place, author, comment.marker);
                return (0,_model_result__WEBPACK_IMPORTED_MODULE_2__/* .succeeded */ .g)(await write(github, place, known, comment));
            }
            catch (thrown) {
                const status = (0,_github__WEBPACK_IMPORTED_MODULE_1__/* .statusIn */ .em)(thrown);
                const text = (0,_model_redaction__WEBPACK_IMPORTED_MODULE_3__/* .shortened */ .vI)((0,_known_values__WEBPACK_IMPORTED_MODULE_0__/* .shownWords */ .vU)((0,_github__WEBPACK_IMPORTED_MODULE_1__/* .messageIn */ .v6)(thrown)));
                return { ok: false, fault: { kind: 'refused', status, text } };
            }
        },
    };
}
/** Of the event; a comment on a pull request comes as one on an issue. `undefined`: the event has none. */
async function pullRequestNumber() {
    // The event is parsed when the toolkit is loaded.
    const { context } = await Promise.all(/* import() */[__webpack_require__.e(665), __webpack_require__.e(351)]).then(__webpack_require__.bind(__webpack_require__, 1351));
    const { pull_request: pull, issue } = (0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .membersOf */ .lS)(context.payload);
    const fromIssue = (0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .membersOf */ .lS)(issue)['pull_request'] === undefined ? undefined : issue;
    return (0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .numberOf */ .rl)((0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .membersOf */ .lS)(pull ?? fromIssue)['number']);
}
const inTime = (limitMs = TIME_LIMIT_MS) => ({
    request: { signal: AbortSignal.timeout(limitMs) },
});
/**
 * The login under which the token comments. An installation token, as GITHUB_TOKEN is, may not ask `GET /user`, but who
 * the viewer is.
 */
async function authorOf(github) {
    try {
        const answer = await github.graphql('query { viewer { login } }', inTime());
        const login = (0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .textOf */ .b6)((0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .membersOf */ .lS)((0,_model_json__WEBPACK_IMPORTED_MODULE_4__/* .membersOf */ .lS)(answer)['viewer'])['login']);
        if (login !== undefined)
            return login;
    }
    catch (thrown) {
        if ((0,_github__WEBPACK_IMPORTED_MODULE_1__/* .statusIn */ .em)(thrown) === 401)
            throw thrown;
    }
    try {
        const { data } = await github.rest.users.getAuthenticated(inTime());
        return data.login;
    }
    catch (thrown) {
        if ((0,_github__WEBPACK_IMPORTED_MODULE_1__/* .statusIn */ .em)(thrown) === 401)
            throw thrown;
        return ACTIONS_BOT;
    }
}
/**
 * The oldest comment that begins with the marker and is the token's own: anybody may quote the marker, and the same bot may
 * quote it elsewhere in a text.
 */
async function find(github, place, author, marker) {
    const { listComments } = github.rest.issues;
    // The toolkit's own paging hands no signal on: a GitHub that does not answer would be waited for for five minutes.
    const limit = inTime(LISTING_LIMIT_MS);
    for (let page = 1;; page++) {
        const { data } = await listComments({ ...place, per_page: PAGE_SIZE, page, ...limit });
        const own = data.find(({ user, body }) => user?.login === author && body?.startsWith(marker) === true);
        if (own)
            return own.id;
        if (data.length < PAGE_SIZE)
            return undefined;
    }
}
/** Where somebody has deleted it since it was found, it is written anew. */
async function write(github, place, known, { body }) {
    const { owner, repo } = place;
    if (known !== undefined) {
        try {
            await github.rest.issues.updateComment({ owner, repo, comment_id: known, body, ...inTime() });
            return 'updated';
        }
        catch (thrown) {
            if ((0,_github__WEBPACK_IMPORTED_MODULE_1__/* .statusIn */ .em)(thrown) !== 404)
                throw thrown;
        }
    }
    await github.rest.issues.createComment({ ...place, body, ...inTime() });
    return 'created';
}


/***/ })

};
