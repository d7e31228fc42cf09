export const id = 588;
export const ids = [588];
export const modules = {

/***/ 2588:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  roleControl: () => (/* binding */ roleControl)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/ListRolePoliciesCommand.js
var ListRolePoliciesCommand = __webpack_require__(3286);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/GetRolePolicyCommand.js
var GetRolePolicyCommand = __webpack_require__(3586);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/ListAttachedRolePoliciesCommand.js
var ListAttachedRolePoliciesCommand = __webpack_require__(4497);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/GetPolicyCommand.js
var GetPolicyCommand = __webpack_require__(7314);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/ListPolicyVersionsCommand.js
var ListPolicyVersionsCommand = __webpack_require__(5197);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/GetPolicyVersionCommand.js
var GetPolicyVersionCommand = __webpack_require__(5182);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/GetRoleCommand.js
var GetRoleCommand = __webpack_require__(3836);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/PutRolePolicyCommand.js
var PutRolePolicyCommand = __webpack_require__(5778);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/DeleteRolePolicyCommand.js
var DeleteRolePolicyCommand = __webpack_require__(5436);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/AttachRolePolicyCommand.js
var AttachRolePolicyCommand = __webpack_require__(1297);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/DetachRolePolicyCommand.js
var DetachRolePolicyCommand = __webpack_require__(5647);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/CreatePolicyVersionCommand.js
var CreatePolicyVersionCommand = __webpack_require__(1598);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/SetDefaultPolicyVersionCommand.js
var SetDefaultPolicyVersionCommand = __webpack_require__(9087);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/DeletePolicyVersionCommand.js
var DeletePolicyVersionCommand = __webpack_require__(7737);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/commands/SimulatePrincipalPolicyCommand.js
var SimulatePrincipalPolicyCommand = __webpack_require__(2022);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-iam/dist-es/IAMClient.js + 8 modules
var IAMClient = __webpack_require__(8300);
// EXTERNAL MODULE: ./node_modules/p-queue/dist/index.js + 4 modules
var dist = __webpack_require__(9052);
// EXTERNAL MODULE: ./src/model/arn.ts
var model_arn = __webpack_require__(1534);
// EXTERNAL MODULE: ./src/model/poll.ts
var poll = __webpack_require__(8836);
// EXTERNAL MODULE: ./src/model/result.ts
var result = __webpack_require__(2960);
// EXTERNAL MODULE: ./src/systems/iam/read-lag.ts
var read_lag = __webpack_require__(3447);
// EXTERNAL MODULE: ./src/model/json.ts
var json = __webpack_require__(7979);
;// CONCATENATED MODULE: ./src/systems/iam/trust-policy.ts
/** Who may assume a role, read from its trust policy. */

/**
 * All principals that an Allow names, of every kind (services, accounts, federations, `*`), each once. NotPrincipal
 * allows everyone except some: `*`.
 * @returns `undefined` for a text that is not a policy
 */
function trustedPrincipals(document) {
    const policy = (0,json/* parseJson */.qF)(document);
    if (!(0,json/* isRecord */.u4)(policy))
        return undefined;
    const trusted = oneOrMore(policy['Statement']).flatMap((statement) => {
        if (!(0,json/* isRecord */.u4)(statement) || statement['Effect'] !== 'Allow')
            return [];
        return 'NotPrincipal' in statement ? ['*'] : principalsOf(statement['Principal']);
    });
    return [...new Set(trusted)];
}
function principalsOf(principal) {
    const values = (0,json/* isRecord */.u4)(principal) ? Object.values(principal).flatMap(oneOrMore) : [principal];
    return values.filter((value) => typeof value === 'string');
}
/** IAM takes one thing for a list of it. */
function oneOrMore(value) {
    return Array.isArray(value) ? value : [value];
}

// EXTERNAL MODULE: ./src/edges/attempt.ts
var attempt = __webpack_require__(5447);
// EXTERNAL MODULE: ./src/edges/aws-client.ts
var aws_client = __webpack_require__(9459);
// EXTERNAL MODULE: ./src/edges/clock.ts + 1 modules
var clock = __webpack_require__(287);
// EXTERNAL MODULE: ./src/edges/paced-calls.ts + 2 modules
var paced_calls = __webpack_require__(4203);
;// CONCATENATED MODULE: ./src/edges/policy-simulation.ts
/** From the simulator's answers to a decision for each action on each resource. */
/**
 * Asked about several resources, the simulator may name a template of them (`arn:aws:logs:${Region}…`) and tell the
 * truth of each one apart, in ResourceSpecificResults.
 * @returns `undefined` where an action on a resource was asked about and is not answered
 */
function decisionsOf(results, actions, resources) {
    const all = [];
    for (const action of actions) {
        const ofAction = results.filter(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase());
        for (const resource of resources) {
            const found = ofAction.map((result) => decisionOn(result, resource)).find(Boolean);
            if (found === undefined)
                return undefined;
            all.push({ action, resource, ...found });
        }
    }
    return all;
}
function decisionOn(result, resource) {
    const specific = result.ResourceSpecificResults ?? [];
    const one = specific.find(({ EvalResourceName }) => EvalResourceName === resource);
    const allowedByOrganization = result.OrganizationsDecisionDetail?.AllowedByOrganizations;
    if (one === undefined) {
        // What the organisation forbids, it forbids on all of them, and they are not told apart.
        const aboutAll = allowedByOrganization === false && result.EvalDecision !== 'allowed';
        const aboutThis = result.EvalResourceName === resource || aboutAll;
        if (specific.length > 0 || !aboutThis)
            return undefined;
    }
    const decision = asDecision(one ? one.EvalResourceDecision : result.EvalDecision);
    if (decision === undefined)
        return undefined;
    const boundary = one?.PermissionsBoundaryDecisionDetail ?? result.PermissionsBoundaryDecisionDetail;
    return {
        decision,
        by: policiesOf(one?.MatchedStatements ?? result.MatchedStatements),
        allowedByOrganization,
        allowedByBoundary: boundary?.AllowedByPermissionsBoundary,
    };
}
function asDecision(text) {
    return text === 'allowed' || text === 'explicitDeny' || text === 'implicitDeny' ? text : undefined;
}
/** Each once: several statements of a policy may match. */
function policiesOf(statements) {
    const ids = (statements ?? []).flatMap(({ SourcePolicyId }) => SourcePolicyId ?? []);
    return [...new Set(ids)];
}

// EXTERNAL MODULE: ./src/edges/query-answer.ts
var query_answer = __webpack_require__(2605);
// EXTERNAL MODULE: ./src/edges/typed-answer.ts
var typed_answer = __webpack_require__(1589);
;// CONCATENATED MODULE: ./src/edges/role-control.ts
/** IAM over the AWS SDK: execution roles and their policies. Loaded only when something is asked. */














const WRITE_ATTEMPTS = 7;
const FIRST_PAUSE_MS = 500;
/** The simulator throttles at modest rates. */
const SIMULATIONS_AT_ONCE = 2;
/** IAM promises no rate. It slows down by itself where this is too fast. */
const PACE = { perSecond: 25, burst: 10 };
/** IAM is one per partition; the region only leads to it. */
const REGIONS = {
    aws: 'us-east-1',
    'aws-cn': 'cn-north-1',
    'aws-us-gov': 'us-gov-west-1',
    'aws-eusc': 'eusc-de-east-1',
    'aws-iso': 'us-iso-east-1',
    'aws-iso-b': 'us-isob-east-1',
    'aws-iso-e': 'eu-isoe-west-1',
    'aws-iso-f': 'us-isof-south-1',
};
/** @param calls the queues that it shares with other clients of the run */
function roleControl(calls = (0,paced_calls/* ownPacing */.j)()) {
    const inPartition = (0,aws_client/* onePer */.g2)((partition) => connect(partition, calls));
    const ofRole = (role) => inPartition(role.partition);
    const ofPolicy = (arn) => inPartition(partitionOf(arn));
    const simulations = new dist/* default */.Ay({ concurrency: SIMULATIONS_AT_ONCE });
    const { write, written } = writing(calls.signal);
    const inlineNames = (role) => (0,attempt/* allPages */.S4)('ListRolePolicies', async (Marker) => {
        const input = { RoleName: role.name, Marker };
        const page = await ofRole(role).read((iam, options) => iam.send(new ListRolePoliciesCommand/* ListRolePoliciesCommand */.Y(input), options));
        return pageOf(page.PolicyNames, page);
    });
    const inline = async (role, policy) => {
        const answer = await (0,attempt/* attempt */.CD)(() => ofRole(role).read((iam, options) => iam.send(new GetRolePolicyCommand/* GetRolePolicyCommand */.W({ RoleName: role.name, PolicyName: policy }), options)));
        if (!answer.ok)
            return answer.fault.kind === 'not-found' ? (0,result/* succeeded */.g)(undefined) : answer;
        return documentOf(answer.value.PolicyDocument, 'GetRolePolicy');
    };
    const attached = (role) => (0,attempt/* allPages */.S4)('ListAttachedRolePolicies', async (Marker) => {
        const input = { RoleName: role.name, Marker };
        const page = await ofRole(role).read((iam, options) => iam.send(new ListAttachedRolePoliciesCommand/* ListAttachedRolePoliciesCommand */.w(input), options));
        const policies = page.AttachedPolicies?.map(({ PolicyArn: arn, PolicyName: name }) => arn === undefined || name === undefined ? undefined : { arn, name });
        return pageOf(policies, page);
    });
    const managed = async (arn) => {
        const [policy, versions] = await Promise.all([
            (0,attempt/* attempt */.CD)(() => ofPolicy(arn).read((iam, options) => iam.send(new GetPolicyCommand/* GetPolicyCommand */.s({ PolicyArn: arn }), options))),
            (0,attempt/* allPages */.S4)('ListPolicyVersions', async (Marker) => {
                const input = { PolicyArn: arn, Marker };
                const page = await ofPolicy(arn).read((iam, options) => iam.send(new ListPolicyVersionsCommand/* ListPolicyVersionsCommand */.D(input), options));
                return pageOf(page.Versions, page);
            }),
        ]);
        if (!policy.ok)
            return policy;
        if (!versions.ok)
            return versions;
        const { AttachmentCount, PermissionsBoundaryUsageCount } = policy.value.Policy ?? {};
        const ids = versions.value.flatMap(({ VersionId }) => VersionId ?? []);
        // Of the same answer as the others: one that is newer than the default may otherwise have come in between.
        const inForce = versions.value.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId;
        if (inForce === undefined || ids.length < versions.value.length) {
            return (0,attempt/* incomplete */.$x)('ListPolicyVersions answered without a version');
        }
        if (AttachmentCount === undefined)
            return (0,attempt/* incomplete */.$x)('GetPolicy answered without its uses');
        const document = await version(arn, inForce);
        if (!document.ok)
            return document;
        return (0,result/* succeeded */.g)({
            arn,
            defaultVersion: inForce,
            versions: ids,
            attachments: AttachmentCount,
            boundaries: PermissionsBoundaryUsageCount ?? 0,
            document: document.value,
        });
    };
    const version = async (arn, id) => {
        const answer = await (0,attempt/* attempt */.CD)(() => ofPolicy(arn).read((iam, options) => iam.send(new GetPolicyVersionCommand/* GetPolicyVersionCommand */.G({ PolicyArn: arn, VersionId: id }), options)));
        if (!answer.ok)
            return answer;
        return documentOf(answer.value.PolicyVersion?.Document, 'GetPolicyVersion');
    };
    const describe = async (role) => {
        const described = await (0,attempt/* attempt */.CD)(() => ofRole(role).read((iam, options) => iam.send(new GetRoleCommand/* GetRoleCommand */.k({ RoleName: role.name }), options)));
        if (!described.ok)
            return described;
        const { Arn, AssumeRolePolicyDocument } = described.value.Role ?? {};
        // Asked by name, IAM may tell of another role: one that was made anew under another path.
        if (Arn !== role.text)
            return (0,attempt/* incomplete */.$x)(`GetRole answered without the role ${role.text}`);
        const trust = documentOf(AssumeRolePolicyDocument, 'GetRole');
        if (!trust.ok)
            return trust;
        const trusted = trustedPrincipals(trust.value);
        return trusted === undefined
            ? (0,attempt/* incomplete */.$x)('GetRole answered without a trust policy')
            : (0,result/* succeeded */.g)({ trusted });
    };
    return {
        inlineNames,
        inline,
        managed,
        async exists(policyArn) {
            const answer = await (0,attempt/* attempt */.CD)(() => ofPolicy(policyArn).read((iam, options) => iam.send(new GetPolicyCommand/* GetPolicyCommand */.s({ PolicyArn: policyArn }), options)));
            return answer.ok ? (0,result/* succeeded */.g)(true) : answer;
        },
        version,
        async trusted(role) {
            const described = await describe(role);
            return described.ok ? (0,result/* succeeded */.g)(described.value.trusted) : described;
        },
        async read(role) {
            const [described, names, policies] = await Promise.all([
                describe(role),
                inlineNames(role),
                attached(role),
            ]);
            if (!described.ok)
                return described;
            if (!names.ok)
                return names;
            if (!policies.ok)
                return policies;
            const documents = await Promise.all(names.value.map(async (name) => [name, await inline(role, name)]));
            const texts = new Map();
            for (const [name, document] of documents) {
                if (!document.ok)
                    return document;
                // Deleted since it was listed.
                if (document.value !== undefined)
                    texts.set(name, document.value);
            }
            return (0,result/* succeeded */.g)({
                arn: role,
                ...described.value,
                inline: texts,
                attached: policies.value,
            });
        },
        putInline: (role, policy, document) => written(async () => {
            const input = { RoleName: role.name, PolicyName: policy, PolicyDocument: document };
            return ofRole(role).write((iam) => iam.send(new PutRolePolicyCommand/* PutRolePolicyCommand */.p(input)));
        }, async () => shows(await inline(role, policy), (now) => now === document)),
        async deleteInline(role, policy) {
            const answer = await written(() => ofRole(role).write((iam) => iam.send(new DeleteRolePolicyCommand/* DeleteRolePolicyCommand */.T({ RoleName: role.name, PolicyName: policy }))), async () => shows(await inline(role, policy), (now) => now === undefined));
            return orGone(answer);
        },
        attach: (role, policyArn) => written(() => ofRole(role).write((iam) => iam.send(new AttachRolePolicyCommand/* AttachRolePolicyCommand */.X({ RoleName: role.name, PolicyArn: policyArn }))), async () => shows(await attached(role), (now) => now.some(({ arn }) => arn === policyArn))),
        async detach(role, policyArn) {
            const answer = await written(() => ofRole(role).write((iam) => iam.send(new DetachRolePolicyCommand/* DetachRolePolicyCommand */.B({ RoleName: role.name, PolicyArn: policyArn }))), async () => shows(await attached(role), (now) => now.every(({ arn }) => arn !== policyArn)));
            return orGone(answer);
        },
        async createVersion(policyArn, document) {
            return write(async () => {
                const input = { PolicyArn: policyArn, PolicyDocument: document, SetAsDefault: true };
                const answer = await ofPolicy(policyArn).write((iam) => iam.send(new CreatePolicyVersionCommand/* CreatePolicyVersionCommand */.W(input)));
                const { VersionId } = answer?.PolicyVersion ?? {};
                if (VersionId === undefined)
                    throw new query_answer/* UnreadableAnswer */.ym('CreatePolicyVersion');
                return VersionId;
            }, 
            // Sent again, it would make a second one, of the five versions that a policy may have.
            async () => {
                const now = await managed(policyArn);
                return now.ok && now.value.document === document ? now.value.defaultVersion : undefined;
            });
        },
        setDefaultVersion: (policyArn, id) => written(async () => {
            const input = { PolicyArn: policyArn, VersionId: id };
            return ofPolicy(policyArn).write((iam) => iam.send(new SetDefaultPolicyVersionCommand/* SetDefaultPolicyVersionCommand */.p(input)));
        }, async () => shows(await managed(policyArn), (now) => now.defaultVersion === id)),
        async deleteVersion(policyArn, id) {
            const answer = await written(() => ofPolicy(policyArn).write((iam) => iam.send(new DeletePolicyVersionCommand/* DeletePolicyVersionCommand */.$({ PolicyArn: policyArn, VersionId: id }))), async () => shows(await managed(policyArn), (now) => !now.versions.includes(id)));
            return orGone(answer);
        },
        async simulate(role, actions, resources, context = new Map()) {
            const results = await (0,attempt/* allPages */.S4)('SimulatePrincipalPolicy', async (Marker) => {
                const page = await ofRole(role).read((iam, options) => simulations.add(() => iam.send(new SimulatePrincipalPolicyCommand/* SimulatePrincipalPolicyCommand */.k({
                    PolicySourceArn: role.text,
                    ActionNames: [...actions],
                    ResourceArns: [...resources],
                    ContextEntries: [...context].map(([key, value]) => ({
                        ContextKeyName: key,
                        ContextKeyValues: [value],
                        ContextKeyType: 'string',
                    })),
                    Marker,
                }), options)));
                return pageOf(page.EvaluationResults, page);
            });
            if (!results.ok)
                return results;
            const decisions = decisionsOf(results.value, actions, resources);
            return decisions
                ? (0,result/* succeeded */.g)(decisions)
                : (0,attempt/* incomplete */.$x)('SimulatePrincipalPolicy did not return all decisions');
        },
    };
}
function connect(partition, calls) {
    const client = (0,typed_answer/* withTypedAnswers */.M)(new IAMClient/* IAMClient */.h((0,aws_client/* clientSettings */.ry)(REGIONS[partition] ?? 'us-east-1')));
    client.middlewareStack.add((0,query_answer/* insistOnAnswer */.Ue)(client.config.streamCollector), query_answer/* NEXT_TO_THE_WIRE */.KI);
    const queue = calls.queue(`iam ${partition}`, PACE);
    return {
        read: (call) => queue.read((options) => call(client, options)),
        write: (call) => queue.write(() => call(client)),
    };
}
/** A page that says that more follows must say where: else the list is not whole. */
function pageOf(items, { IsTruncated, Marker, }) {
    return { items: IsTruncated === true && !Marker ? undefined : items, next: Marker };
}
/**
 * Sends a write until IAM has decided it: also what IAM refuses because another change is under way, and what it has not
 * answered.
 * @param signal ends the waits
 */
function writing(signal) {
    /**
     * @param landed asked after a lost answer, for what must not be sent twice: its value where the write has landed
     */
    const write = async (call, landed) => {
        let lost = false;
        let tries = 0;
        const once = async () => {
            const answer = await (0,attempt/* attempt */.CD)(call);
            if (answer.ok)
                return (0,poll/* done */.Vw)(answer);
            const { kind } = answer.fault;
            const again = kind === 'unavailable' || kind === 'conflict';
            lost ||= answer.fault.mayHaveLanded;
            const found = kind === 'unavailable' ? await landed?.() : undefined;
            if (found !== undefined)
                return (0,poll/* done */.Vw)((0,result/* succeeded */.g)(found));
            const refused = { ok: false, fault: { ...answer.fault, mayHaveLanded: lost } };
            tries += 1;
            if (!again || tries === WRITE_ATTEMPTS)
                return (0,poll/* done */.Vw)(refused);
            return (0,poll/* notYet */.y8)(refused, FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
        };
        const context = { clock: clock/* systemClock */.m, ...(signal && { signal }) };
        return (0,poll/* lastFound */.dr)(await (0,poll/* poll */.wt)(once, { firstMs: FIRST_PAUSE_MS }, context));
    };
    return {
        write,
        /**
         * @param isSeen asked after a lost answer, once IAM's reads are sure to show the first attempt: whether all is as the write
         * makes it, so that it is not sent again and again without an answer
         */
        written: async (call, isSeen) => {
            const begunAt = clock/* systemClock */.m.now();
            const answer = await write(call, async () => clock/* systemClock */.m.now() - begunAt >= read_lag/* READ_LAG_MS */.D && (await isSeen()) ? true : undefined);
            return answer.ok ? (0,result/* succeeded */.g)(true) : answer;
        },
    };
}
function shows(read, isSo) {
    return read.ok && isSo(read.value);
}
function orGone(answer) {
    return !answer.ok && answer.fault.kind === 'not-found' ? (0,result/* succeeded */.g)(true) : answer;
}
/** IAM writes documents URL-encoded, and the SDK leaves them so. */
function documentOf(encoded, operation) {
    if (encoded === undefined)
        return (0,attempt/* incomplete */.$x)(`${operation} answered without a document`);
    // Encoded, none begins with a brace; moto leaves versions of policies as they are.
    if (encoded.trimStart().startsWith('{'))
        return (0,result/* succeeded */.g)(encoded);
    try {
        return (0,result/* succeeded */.g)(decodeURIComponent(encoded));
    }
    catch {
        return (0,attempt/* incomplete */.$x)(`${operation} answered with a document that is not URL-encoded`);
    }
}
function partitionOf(arn) {
    return (0,model_arn/* parseArn */.Lw)(arn)?.partition ?? 'aws';
}


/***/ })

};
