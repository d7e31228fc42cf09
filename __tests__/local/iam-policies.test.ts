import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { clientConfig, local, refusal } from './support'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})

async function started(): Promise<{ readonly aws: LocalAws; readonly iam: IAMClient }> {
  const aws = await local()
  return { aws, iam: new IAMClient(clientConfig(aws)) }
}

describe('managed policies', () => {
  test('show their default version, who counts, and empty tags', async () => {
    const { aws, iam } = await started()
    const arn = aws.iam.createPolicy('own', allow('s3:*'), { path: '/team/' })
    expect(arn).toBe('arn:aws:iam::123456789012:policy/team/own')
    aws.iam.createRole({ name: 'one', attached: [arn] })
    aws.iam.createRole({ name: 'two', boundary: arn })
    aws.iam.attachToSomebodyElse(arn)
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }))
    expect(Policy).toMatchObject({
      PolicyName: 'own',
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 2,
      PermissionsBoundaryUsageCount: 1,
      IsAttachable: true,
      Tags: [],
    })
    expect(Policy?.CreateDate).toBeInstanceOf(Date)
    const missing = iam.send(new GetPolicyCommand({ PolicyArn: `${arn}2` }))
    expect(await refusal(missing)).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
      message: `Policy ${arn}2 was not found.`,
    })
  })

  test('documents come URL-encoded, character for character as they were put', async () => {
    const { aws, iam } = await started()
    const text = JSON.stringify(allow(['s3:*', "a:'(b)!"]), undefined, 3)
    const PolicyArn = aws.iam.createPolicy('own', text)
    const read = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
    expect(read.PolicyVersion).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true })
    expect(read.PolicyVersion?.Document).not.toMatch(/[ *'()!"]/)
    expect(decodeURIComponent(read.PolicyVersion?.Document ?? '')).toBe(text)
  })

  test('have five versions at most; numbers are not used again; the default one stays', async () => {
    const { aws, iam } = await started()
    const documents = [2, 3, 4].map((number) => allow(`s3:Get${number}`))
    const PolicyArn = aws.iam.createPolicy('own', allow('s3:Get1'), { versions: documents })
    const create = (SetAsDefault: boolean) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: JSON.stringify(allow('s3:Put')),
          SetAsDefault,
        }),
      )
    const made = await create(true)
    expect(made.PolicyVersion).toMatchObject({ VersionId: 'v5', IsDefaultVersion: true })
    expect(made.PolicyVersion?.Document).toBeUndefined()
    expect(await refusal(create(true))).toMatchObject({
      name: 'LimitExceededException',
      status: 409,
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    })
    const remove = (VersionId: string) =>
      iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    expect(await refusal(remove('v5'))).toMatchObject({
      name: 'DeleteConflictException',
      status: 409,
      message: 'Cannot delete the default version of a policy.',
    })
    await remove('v4')
    expect((await create(false)).PolicyVersion).toMatchObject({
      VersionId: 'v6',
      IsDefaultVersion: false,
    })
    const listed = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([
      'v6',
      'v5',
      'v3',
      'v2',
      'v1',
    ])
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    expect(aws.iam.policy(PolicyArn)).toMatchObject({
      defaultVersion: 'v2',
      document: JSON.stringify(documents[0]),
    })
    const unknown = iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v9' }))
    expect(await refusal(unknown)).toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
    })
    const strange = iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'latest' }))
    expect(await refusal(strange)).toMatchObject({ name: 'ValidationError', status: 400 })
  })

  test('may have 6,144 characters, blanks not counted, and one name only once', async () => {
    const { iam } = await started()
    const create = (PolicyName: string, document: unknown) =>
      iam.send(
        new CreatePolicyCommand({
          PolicyName,
          PolicyDocument: JSON.stringify(document, undefined, 2),
        }),
      )
    const empty = JSON.stringify({ ...allow('s3:*'), Id: '' }).length
    const fits = { ...allow('s3:*'), Id: 'x'.repeat(6144 - empty) }
    expect((await create('fits', fits)).Policy).toMatchObject({ AttachmentCount: 0 })
    const large = create('large', { ...fits, Id: `${fits.Id}x` })
    expect(await refusal(large)).toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PolicySize: 6144',
    })
    expect(await refusal(create('fits', fits))).toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'A policy called fits already exists. Duplicate names are not allowed.',
    })
  })

  test("AWS's own can be read and attached, and nobody edits them", async () => {
    const { aws, iam } = await started()
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: BASIC }))
    expect(Policy).toMatchObject({ Path: '/service-role/', DefaultVersionId: 'v1' })
    const read = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: BASIC, VersionId: Policy?.DefaultVersionId }),
    )
    expect(JSON.parse(decodeURIComponent(read.PolicyVersion?.Document ?? ''))).toEqual(
      allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
    )
    const edit = iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: BASIC,
        PolicyDocument: JSON.stringify(allow('s3:*')),
      }),
    )
    expect(await refusal(edit)).toMatchObject({ name: 'AccessDenied', status: 403 })
    const all = aws.iam.awsManagedPolicies()
    expect(all).toHaveLength(58)
    for (const arn of all) {
      expect(JSON.parse(aws.iam.policy(arn).document)).toHaveProperty('Statement')
    }
  })

  test('tell which entities have them, and which are bounded by them', async () => {
    const { aws, iam } = await started()
    const PolicyArn = aws.iam.createPolicy('own', allow('s3:*'))
    aws.iam.createRole({ name: 'attached', attached: [PolicyArn] })
    aws.iam.createRole({ name: 'bounded', path: '/team/', boundary: PolicyArn })
    aws.iam.attachToSomebodyElse(PolicyArn)
    aws.iam.attachToSomebodyElse(PolicyArn, { kind: 'group', name: 'admins' })
    const everybody = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
    expect(everybody).toMatchObject({
      PolicyUsers: [{ UserName: 'somebody' }],
      PolicyGroups: [{ GroupName: 'admins' }],
      PolicyRoles: [{ RoleName: 'attached' }, { RoleName: 'bounded' }],
      IsTruncated: false,
    })
    const roles = await iam.send(
      new ListEntitiesForPolicyCommand({
        PolicyArn,
        EntityFilter: 'Role',
        PolicyUsageFilter: 'PermissionsPolicy',
      }),
    )
    expect(roles).toMatchObject({ PolicyUsers: [], PolicyGroups: [] })
    expect(roles.PolicyRoles?.map(({ RoleName }) => RoleName)).toEqual(['attached'])
    const page = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, MaxItems: 3 }))
    expect(page).toMatchObject({ IsTruncated: true, PolicyRoles: [{ RoleName: 'attached' }] })
    const rest = await iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn, Marker: page.Marker }),
    )
    expect(rest).toMatchObject({ IsTruncated: false, PolicyRoles: [{ RoleName: 'bounded' }] })
  })
})

describe('roles', () => {
  test('are called by their bare name, whatever their path; the right is for the whole ARN', async () => {
    const { aws, iam } = await started()
    const seed = aws.iam.createRole({
      name: 'fn',
      path: '/service-role/',
      boundary: BASIC,
      trusts: ['lambda.amazonaws.com', 'arn:aws:iam::123456789012:role/ci'],
    })
    expect(seed.arn).toBe('arn:aws:iam::123456789012:role/service-role/fn')
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'fn' }))
    expect(Role).toMatchObject({
      Arn: seed.arn,
      Path: '/service-role/',
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: BASIC,
      },
      RoleLastUsed: {},
    })
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [
        {
          Principal: {
            Service: 'lambda.amazonaws.com',
            AWS: 'arn:aws:iam::123456789012:role/ci',
          },
        },
      ],
    })
    const withPath = iam.send(new GetRoleCommand({ RoleName: 'service-role/fn' }))
    expect(await refusal(withPath)).toMatchObject({ name: 'ValidationError', status: 400 })
    aws.caller.deny('iam:PutRolePolicy', 'arn:aws:iam::123456789012:role/service-role/*')
    const put = iam.send(
      new PutRolePolicyCommand({
        RoleName: 'fn',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify(allow('s3:*')),
      }),
    )
    expect(await refusal(put)).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message:
        'User: arn:aws:sts::123456789012:assumed-role/deploy/ci is not authorized to perform: iam:PutRolePolicy on resource: role fn because no identity-based policy allows the iam:PutRolePolicy action',
    })
  })

  test('refusals name policies and simulated principals as IAM does', async () => {
    const { aws, iam } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn', path: '/a/b/' })
    aws.caller.deny('iam:*')
    const get = await refusal(iam.send(new GetPolicyCommand({ PolicyArn: BASIC })))
    expect(get.message).toContain(`iam:GetPolicy on resource: policy ${BASIC} because`)
    const simulate = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: arn,
      ActionNames: ['logs:PutLogEvents'],
    })
    expect((await refusal(iam.send(simulate))).message).toContain(`on resource: ${arn} because`)
  })

  test.each([
    ['of a service', 'AWSServiceRoleForLambda', '/aws-service-role/lambda.amazonaws.com/'],
    ['of Identity Center', 'AWSReservedSSO_Admin_0123', '/aws-reserved/sso.amazonaws.com/'],
  ])('%s cannot be changed', async (_, RoleName, path) => {
    const { aws, iam } = await started()
    aws.iam.createRole({ name: RoleName, path, attached: [BASIC] })
    const document = JSON.stringify(allow('s3:*'))
    const calls = [
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document })),
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' })),
      iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: BASIC })),
      iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: BASIC })),
    ]
    for (const call of calls) {
      expect(await refusal(call)).toMatchObject({
        name: 'UnmodifiableEntityException',
        status: 400,
      })
    }
    expect(aws.iam.get(RoleName).attached).toEqual([BASIC])
  })

  test('have at most as many managed policies as the quota says', async () => {
    const { aws, iam } = await started()
    const attached = aws.iam.awsManagedPolicies().slice(0, 10)
    aws.iam.createRole({ name: 'full', attached })
    const PolicyArn = aws.iam.createPolicy('deny', allow('s3:*'))
    const attach = (arn: string) =>
      iam.send(new AttachRolePolicyCommand({ RoleName: 'full', PolicyArn: arn }))
    expect(await refusal(attach(PolicyArn))).toMatchObject({
      name: 'LimitExceededException',
      status: 409,
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    })
    await attach(attached[0] ?? '')
    aws.iam.setPoliciesPerRole(11)
    await attach(PolicyArn)
    const listed = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'full' }))
    expect(listed.AttachedPolicies).toHaveLength(11)
  })

  test('are changed behind our back', async () => {
    const { aws, iam } = await started()
    aws.iam.createRole({ name: 'fn', inline: { a: allow('s3:*'), b: allow('s3:*') } })
    aws.iam.changeRoleAsSomebodyElse('fn', {
      putInline: { b: allow('sqs:*'), c: '{"Statement":[]}' },
      deleteInline: ['a'],
      attach: [BASIC],
      boundary: BASIC,
    })
    expect(aws.iam.get('fn')).toMatchObject({
      inline: { b: JSON.stringify(allow('sqs:*')), c: '{"Statement":[]}' },
      attached: [BASIC],
      boundary: BASIC,
    })
    const gone = iam.send(new GetRolePolicyCommand({ RoleName: 'fn', PolicyName: 'a' }))
    expect(await refusal(gone)).toMatchObject({ name: 'NoSuchEntityException' })
    expect(aws.calls.count('PutRolePolicy')).toBe(0)
    expect(() => aws.iam.createRole({ name: 'x', attached: [`${BASIC}2`] })).toThrow('no policy')
  })
})

describe('documents that are refused', () => {
  const statement = { Effect: 'Allow', Action: 's3:Get', Resource: '*' }
  const of = (members: object, top: object = {}): object => ({
    Version: '2012-10-17',
    Statement: { ...statement, ...members },
    ...top,
  })

  test.each([
    ['text that is no JSON', 'no', 'Syntax errors in policy.'],
    ['no statement', { Version: '2012-10-17' }, 'Syntax errors in policy.'],
    ['an empty list of statements', of({}, { Statement: [] }), 'Syntax errors in policy.'],
    ['an unknown member', of({ Extra: 'x' }), 'Syntax errors in policy.'],
    ['an unknown version', of({}, { Version: '2013-10-17' }), 'Syntax errors in policy.'],
    [
      'an old version',
      of({}, { Version: '2008-10-17' }),
      'Policy document must be version 2012-10-17 or greater.',
    ],
    ['an unknown effect', of({ Effect: 'Maybe' }), 'Syntax errors in policy.'],
    ['an effect in the wrong case', of({ Effect: 'allow' }), 'The policy failed legacy parsing'],
    ['Action beside NotAction', of({ NotAction: 's3:Put' }), 'Syntax errors in policy.'],
    ['an unknown operator', of({ Condition: { Same: { a: 'b' } } }), 'Syntax errors in policy.'],
    [
      'an action without a service',
      of({ Action: 'invalid' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'an action with two colons',
      of({ Action: ['s3:Get', 'a:b:c'] }),
      'Actions/Condition can contain only one colon.',
    ],
    ['a service with blanks', of({ Action: 'a a:b' }), 'Vendor a a is not valid'],
    [
      'a resource that is no ARN',
      of({ Resource: 'invalid resource' }),
      'Resource invalid resource must be in ARN format or "*".',
    ],
    [
      'an unknown partition',
      of({ Resource: 'arn:error:s3:::example_bucket' }),
      'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
    ],
    [
      'an ARN cut short',
      of({ Resource: 'arn:aws:s3::example_bucket' }),
      'The policy failed legacy parsing',
    ],
    ['an empty list of actions', of({ Action: [] }), 'Policy statement must contain actions.'],
    [
      'an empty list of resources',
      of({ Resource: [] }),
      'Policy statement must contain resources.',
    ],
    ['a principal', of({ Principal: '*' }), 'Policy document should not specify a principal.'],
    [
      'the same Sid twice',
      of(
        {},
        {
          Statement: [
            { ...statement, Sid: 'a' },
            { ...statement, Sid: 'a' },
          ],
        },
      ),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
  ])('%s', async (_, document, message) => {
    const { iam } = await started()
    const PolicyDocument = typeof document === 'string' ? document : JSON.stringify(document)
    const create = iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument }))
    expect(await refusal(create)).toEqual({
      name: 'MalformedPolicyDocumentException',
      status: 400,
      message,
      reason: undefined,
    })
  })

  test('characters beyond Latin 1, and trust policies that are none', async () => {
    const { aws, iam } = await started()
    aws.iam.createRole({ name: 'fn' })
    const put = (PolicyDocument: string) =>
      refusal(
        iam.send(new PutRolePolicyCommand({ RoleName: 'fn', PolicyName: 'p', PolicyDocument })),
      )
    expect(await put(JSON.stringify(of({}, { Id: '→' })))).toMatchObject({
      name: 'ValidationError',
      status: 400,
    })
    const trust = (AssumeRolePolicyDocument: string) =>
      refusal(iam.send(new CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument })))
    expect((await trust('{')).message).toBe('This policy contains invalid Json')
    expect((await trust(JSON.stringify(of({})))).message).toBe('Has prohibited field Resource')
  })

  test('an inline policy may be of the old version, and every AWS-managed one is fine', async () => {
    const { aws, iam } = await started()
    aws.iam.createRole({ name: 'fn' })
    const put = (document: string) =>
      iam.send(
        new PutRolePolicyCommand({ RoleName: 'fn', PolicyName: 'p', PolicyDocument: document }),
      )
    await put(JSON.stringify(of({}, { Version: '2008-10-17' })))
    const documents = aws.iam.awsManagedPolicies().map((arn) => aws.iam.policy(arn).document)
    const small = documents.filter((document) => document.length < 10_000)
    expect(small.length).toBeGreaterThan(40)
    for (const document of small) {
      await put(document)
      expect(aws.iam.get('fn').inline).toEqual({ p: document })
    }
  })
})
