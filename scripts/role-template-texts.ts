/** The texts of docs/templates/: three roles for workflows, with the policies of docs/permissions.md. Pure. */

import { Document, Scalar } from 'yaml'
import { policiesBelow, type Policy } from './printed-policies'

/** What a user can change. The names are those of CloudFormation; Terraform's have underscores. */
const PARAMETERS = [
  ['Repository', undefined, 'Your GitHub repository, as YOUR-ORG/YOUR-REPO'],
  ['Environment', 'production', 'The GitHub environment whose jobs may configure and verify'],
  ['VerifyEnvironment', '', 'The GitHub environment whose jobs may verify, if it is another one'],
  ['Branch', 'main', 'The branch whose scheduled jobs may plan, beside pull requests'],
  ['RolePrefix', 'clickstack-lambda', 'The beginning of the names of the roles'],
  ['OidcProviderArn', '', 'ARN of the identity provider of GitHub, if the account has it already'],
  ['Regions', '*', 'The region of the functions, or a pattern'],
  ['Functions', undefined, 'Name of the functions, or a pattern such as shop-*'],
  ['Roles', undefined, 'Name of their execution roles, or a pattern; with a path: path/name'],
  ['Secrets', 'clickstack*', 'Name of the secrets in Secrets Manager, or a pattern'],
  [
    'ManagedPolicies',
    'none',
    'For cloudwatch-logs: remove: name of the policies that the roles have attached, or a pattern',
  ],
] as const

interface Feature {
  readonly name: string
  readonly description: string
  readonly heading: string
}

/** Switches that add the policies of a feature. */
const FEATURES: readonly Feature[] = [
  { name: 'GrantSecretAccess', description: 'grant-secret-access', heading: 'grant-secret-access' },
  {
    name: 'DenyCloudWatchLogs',
    description: 'cloudwatch-logs: deny',
    heading: 'cloudwatch-logs: deny',
  },
  {
    name: 'RemoveCloudWatchLogs',
    description: 'cloudwatch-logs: remove',
    heading: 'cloudwatch-logs: remove',
  },
  { name: 'PublishAlias', description: 'publish-alias', heading: 'publish-alias' },
  {
    name: 'AutoInstrumentation',
    description: 'auto-instrumentation',
    heading: 'auto-instrumentation',
  },
  {
    name: 'SelectByTags',
    description: 'function-tags and stack',
    heading: 'function-tags and stack',
  },
]

interface Attached {
  /** Of the policy, in CloudFormation's form. */
  readonly name: string
  readonly feature?: string
  readonly policy: Policy
}

interface Role {
  readonly name: 'Apply' | 'Verify' | 'Plan'
  readonly attached: readonly Attached[]
}

/** File names and texts. @param page docs/permissions.md */
export function roleTemplates(page: string): ReadonlyMap<string, string> {
  const roles = rolesOf(page)
  return new Map([
    ['roles.yml', cloudFormation(roles)],
    ['roles.tf', terraform(roles)],
  ])
}

/** Of two policies below a heading the first is for modes that read, the second for those that write. */
function rolesOf(page: string): readonly Role[] {
  const of = (heading: string, index: 0 | 1): Policy => {
    const policies = policiesBelow(page, heading)
    const policy = policies[Math.min(index, policies.length - 1)]
    if (policy === undefined) throw new Error(`docs/permissions.md has no policy below ${heading}`)
    return withStreams(policy)
  }
  const role = (
    name: Role['name'],
    modes: readonly string[],
    index: 0 | 1,
    features: readonly Feature[],
  ): Role => ({
    name,
    attached: [
      ...modes.map((mode) => ({ name: mode, policy: of(mode, 0) })),
      { name: 'secrets', policy: of('Secrets by reference', 0) },
      ...features.map(({ name: feature, heading }) => ({
        name: feature,
        feature,
        policy: of(heading, index),
      })),
    ],
  })
  const notForVerify = ['GrantSecretAccess', 'PublishAlias', 'AutoInstrumentation']
  return [
    role('Apply', ['apply', 'remove'], 1, FEATURES),
    role(
      'Verify',
      ['verify'],
      0,
      FEATURES.filter(({ name }) => !notForVerify.includes(name)),
    ),
    withDryRun(role('Plan', ['plan'], 0, FEATURES), of('remove', 0)),
  ]
}

/** The page's pattern ends with `*`, which matches log streams too. A name that takes its place does not. */
function withStreams(policy: Policy): Policy {
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => {
      const entries = [statement.Resource].flat()
      const all = entries.flatMap((entry) =>
        entry.includes(':log-group:') ? [entry, `${entry}:*`] : [entry],
      )
      return all.length === entries.length ? statement : { ...statement, Resource: all }
    }),
  }
}

/** What `dry-run: true` reads beside a plan: the policy of `remove` without what writes and invokes. */
function withDryRun(role: Role, remove: Policy): Role {
  const reads = remove.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((action) => !/:(Update|Invoke)/.test(action)),
  }))
  const attached = { name: 'dryRun', policy: { ...remove, Statement: reads } }
  return { ...role, attached: [...role.attached, attached] }
}

/** Who may assume which role: jobs of an environment, or pull requests and scheduled jobs of the branch. */
function subjects({ name }: Role, parameter: (name: string) => string): readonly string[] {
  const repository = `repo:${parameter('Repository')}`
  if (name === 'Plan') {
    return [`${repository}:pull_request`, `${repository}:ref:refs/heads/${parameter('Branch')}`]
  }
  const environment = name === 'Verify' ? 'VerifyEnvironment' : 'Environment'
  return [`${repository}:environment:${parameter(environment)}`]
}

/** The page's account, region and names, replaced by parameters and by what the tool knows of the account. */
function parametrised(
  text: string,
  tool: { account: string; partition: string; parameter: (name: string) => string },
): string {
  const { account, partition, parameter } = tool
  // Public layers and AWS's own policies have the ARNs that the page prints.
  if (!text.includes('123456789012')) return text
  return text
    .replace('arn:aws:', `arn:${partition}:`)
    .replace('us-east-1', parameter('Regions'))
    .replace('123456789012', account)
    .replace('function:shop-*', `function:${parameter('Functions')}`)
    .replace('/aws/lambda/shop-*', `/aws/lambda/${parameter('Functions')}`)
    .replace('role/shop-*', `role/${parameter('Roles')}`)
    .replace('policy/shop-*', `policy/${parameter('ManagedPolicies')}`)
    .replace('secret:clickstack-*', `secret:${parameter('Secrets')}`)
}

/** A copy in which each string is what `change` makes of it. */
function mapStrings(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  )
}

const ISSUER = 'token.actions.githubusercontent.com'
const MADE = 'Made from docs/permissions.md by `npm run docs`: not edited by hand.'
const roleName = ({ name }: Role, parameter: (name: string) => string) =>
  `${parameter('RolePrefix')}-${name.toLowerCase()}`

function cloudFormation(roles: readonly Role[]): string {
  const tagged = (tag: string, text: string): Scalar => {
    const scalar = new Scalar(text)
    scalar.tag = tag
    return scalar
  }
  // A date without quotes is a date to some parsers of YAML.
  const dated = (text: string): Scalar => {
    const scalar = new Scalar(text)
    scalar.type = Scalar.QUOTE_SINGLE
    return scalar
  }
  const sub = (text: string) => {
    if (text.includes('${')) return tagged('!Sub', text)
    return /^\d{4}-/.test(text) ? dated(text) : text
  }
  const tool = {
    account: '${AWS::AccountId}',
    partition: '${AWS::Partition}',
    parameter: (name: string) => `\${${name}}`,
  }
  const provider = {
    'Fn::If': ['CreateProvider', tagged('!Ref', 'OidcProvider'), tagged('!Ref', 'OidcProviderArn')],
  }
  // Where no environment is given for `verify`, it is that of `apply`.
  const trusted = (role: Role) =>
    subjects(role, tool.parameter).map((subject) => {
      const same = subject.replace('VerifyEnvironment', 'Environment')
      return same === subject
        ? sub(subject)
        : { 'Fn::If': ['SameEnvironment', sub(same), sub(subject)] }
    })
  const resources = roles.map((role): readonly [string, unknown] => [
    `${role.name}Role`,
    {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: sub(roleName(role, tool.parameter)),
        AssumeRolePolicyDocument: {
          Version: dated('2012-10-17'),
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: provider },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: {
                  [`${ISSUER}:aud`]: 'sts.amazonaws.com',
                  [`${ISSUER}:sub`]: trusted(role),
                },
              },
            },
          ],
        },
      },
    },
  ])
  const policies = roles.flatMap((role) =>
    role.attached.map(({ name, feature, policy }): readonly [string, unknown] => [
      `${role.name}${capitalised(name)}`,
      {
        Type: 'AWS::IAM::Policy',
        ...(feature === undefined ? {} : { Condition: feature }),
        Properties: {
          PolicyName: capitalised(name),
          Roles: [tagged('!Ref', `${role.name}Role`)],
          PolicyDocument: mapStrings(policy, (text) => sub(parametrised(text, tool))),
        },
      },
    ]),
  )
  const content = {
    AWSTemplateFormatVersion: dated('2010-09-09'),
    Description: 'Roles for the GitHub Action "ClickStack for AWS Lambda"',
    Parameters: Object.fromEntries<unknown>([
      ...PARAMETERS.map(([name, value, description]): [string, unknown] => [
        name,
        {
          Type: 'String',
          Description: description,
          ...(value === undefined ? {} : { Default: value }),
        },
      ]),
      ...FEATURES.map(({ name, description }): [string, unknown] => [
        name,
        {
          Type: 'String',
          Description: `Switches on what ${description} needs`,
          AllowedValues: ['true', 'false'],
          Default: 'false',
        },
      ]),
    ]),
    Conditions: {
      CreateProvider: { 'Fn::Equals': [tagged('!Ref', 'OidcProviderArn'), ''] },
      SameEnvironment: { 'Fn::Equals': [tagged('!Ref', 'VerifyEnvironment'), ''] },
      ...Object.fromEntries(
        FEATURES.map(({ name }) => [name, { 'Fn::Equals': [tagged('!Ref', name), 'true'] }]),
      ),
    },
    Resources: {
      OidcProvider: {
        Type: 'AWS::IAM::OIDCProvider',
        Condition: 'CreateProvider',
        Properties: { Url: `https://${ISSUER}`, ClientIdList: ['sts.amazonaws.com'] },
      },
      ...Object.fromEntries([...resources, ...policies]),
    },
    Outputs: Object.fromEntries(
      roles.map(({ name }) => [`${name}RoleArn`, { Value: tagged('!GetAtt', `${name}Role.Arn`) }]),
    ),
  }
  // CloudFormation refuses YAML aliases.
  const template = new Document(content, { aliasDuplicateObjects: false })
  return `# ${MADE}\n${template.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false })}`
}

function terraform(roles: readonly Role[]): string {
  const tool = {
    account: '${data.aws_caller_identity.current.account_id}',
    partition: '${data.aws_partition.current.partition}',
    parameter: (name: string) =>
      name === 'VerifyEnvironment' ? '${local.verify_environment}' : `\${var.${underscored(name)}}`,
  }
  const variables = PARAMETERS.map(
    ([name, value, description]) =>
      `variable "${underscored(name)}" {\n  type        = string\n  description = ${JSON.stringify(description)}\n${
        value === undefined ? '' : `  default     = ${JSON.stringify(value)}\n`
      }}`,
  )
  const switches = FEATURES.map(
    ({ name, description }) =>
      `variable "${underscored(name)}" {\n  type        = bool\n  description = ${JSON.stringify(`Switches on what ${description} needs`)}\n  default     = false\n}`,
  )
  const blocks = roles.flatMap((role) => {
    const label = role.name.toLowerCase()
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: '${local.oidc_provider}' },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${ISSUER}:aud`]: 'sts.amazonaws.com',
              [`${ISSUER}:sub`]: subjects(role, tool.parameter),
            },
          },
        },
      ],
    }
    return [
      `resource "aws_iam_role" "${label}" {\n  name = "${roleName(role, tool.parameter)}"\n  assume_role_policy = jsonencode(${indented(trust)})\n}`,
      ...role.attached.map(({ name, feature, policy }) => {
        // `terraform fmt` aligns neighbouring arguments.
        const lines = [
          ...(feature === undefined ? [] : [`count = var.${underscored(feature)} ? 1 : 0`]),
          `name${feature === undefined ? '' : ' '} = "${capitalised(name)}"`,
          `role${feature === undefined ? '' : ' '} = aws_iam_role.${label}.name`,
          `policy = jsonencode(${indented(mapStrings(policy, (text) => parametrised(text, tool)))})`,
        ]
        return `resource "aws_iam_role_policy" "${label}_${underscored(name)}" {\n  ${lines.join('\n  ')}\n}`
      }),
      `output "${label}_role_arn" {\n  value = aws_iam_role.${label}.arn\n}`,
    ]
  })
  return `${[
    `# ${MADE}`,
    ...variables,
    ...switches,
    'data "aws_caller_identity" "current" {}',
    'data "aws_partition" "current" {}',
    `resource "aws_iam_openid_connect_provider" "github" {\n  count          = var.oidc_provider_arn == "" ? 1 : 0\n  url            = "https://${ISSUER}"\n  client_id_list = ["sts.amazonaws.com"]\n}`,
    'locals {\n  oidc_provider      = var.oidc_provider_arn == "" ? aws_iam_openid_connect_provider.github[0].arn : var.oidc_provider_arn\n  verify_environment = var.verify_environment == "" ? var.environment : var.verify_environment\n}',
    ...blocks,
  ].join('\n\n')}\n`
}

/** JSON is an expression of Terraform's language, too; spaces as `terraform fmt` sets them. */
const indented = (value: unknown) =>
  JSON.stringify(value, null, 2)
    .replace(/^( *"[^"]+"): /gm, '$1 : ')
    .replaceAll('\n', '\n  ')

const capitalised = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const underscored = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace('cloud_watch', 'cloudwatch')
