/** docs/templates/: the roles of workflows, with the policies of docs/permissions.md and no others. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { requireIdentityDocument, requireTrustDocument } from '../../local/aws/iam/policy-documents'
import { policiesBelow } from '../../scripts/printed-policies'
import { roleTemplates } from '../../scripts/role-template-texts'
import { deployed } from './role-template'

const page = readFileSync('docs/permissions.md', 'utf8')
const template = readFileSync('docs/templates/roles.yml', 'utf8')
const terraform = readFileSync('docs/templates/roles.tf', 'utf8')

/** With these the template has the names of the page. */
const NAMES = {
  Repository: 'example/shop',
  Regions: 'us-east-1',
  Functions: 'shop-*',
  Roles: 'shop-*',
  Secrets: 'clickstack-*',
  ManagedPolicies: 'shop-*',
}
const FEATURES = {
  GrantSecretAccess: 'grant-secret-access',
  DenyCloudWatchLogs: 'cloudwatch-logs: deny',
  RemoveCloudWatchLogs: 'cloudwatch-logs: remove',
  PublishAlias: 'publish-alias',
  AutoInstrumentation: 'auto-instrumentation',
  SelectByTags: 'function-tags and stack',
}
const ALL = Object.fromEntries(Object.keys(FEATURES).map((name) => [name, 'true']))

/** AWS's limit for the inline policies of a role, in characters without white space. */
const INLINE_LIMIT = 10_240

/** A pattern of the page is a parameter, which may be a name: log groups stand with and without what is in them. */
const withStreams = (policy: unknown): unknown =>
  JSON.parse(JSON.stringify(policy).replaceAll(/"([^"]+:log-group:[^"]+)"/g, '["$1","$1:*"]'))

test('the templates are up to date', () => {
  expect(Object.fromEntries(roleTemplates(page))).toEqual({
    'roles.yml': template,
    'roles.tf': terraform,
  })
})

describe('the roles of CloudFormation', () => {
  test('are three, with the plain policies of their modes unless a feature is switched on', () => {
    const names = [...deployed(template, NAMES)].map(([role, { policies }]) => [
      role,
      policies.map(({ name }) => name),
    ])
    expect(names).toEqual([
      ['ApplyRole', ['Apply', 'Remove', 'Secrets']],
      ['VerifyRole', ['Verify', 'Secrets']],
      ['PlanRole', ['Plan', 'Secrets', 'DryRun']],
    ])
  })

  test.each([
    ['ApplyRole', 'Apply', 'apply', 0],
    ['ApplyRole', 'Remove', 'remove', 0],
    ['VerifyRole', 'Verify', 'verify', 0],
    ['PlanRole', 'Plan', 'plan', 0],
    ['PlanRole', 'Secrets', 'Secrets by reference', 0],
    ...Object.entries(FEATURES).map(([name, heading]) => ['ApplyRole', name, heading, -1] as const),
    ...Object.entries(FEATURES).map(([name, heading]) => ['PlanRole', name, heading, 0] as const),
    ['VerifyRole', 'DenyCloudWatchLogs', 'cloudwatch-logs: deny', 0],
    ['VerifyRole', 'RemoveCloudWatchLogs', 'cloudwatch-logs: remove', 0],
    ['VerifyRole', 'SelectByTags', 'function-tags and stack', 0],
  ] as const)('%s: the policy %s is that below `%s`', (role, name, heading, index) => {
    const policies = deployed(template, { ...NAMES, ...ALL }).get(role)?.policies
    const policy = policies?.find((one) => one.name === name)?.document
    expect(policy).toEqual(withStreams(policiesBelow(page, heading).at(index)))
  })

  test('reach the log streams of functions that are given by a name', () => {
    const policies = deployed(template, {
      ...NAMES,
      Functions: 'orders',
      DenyCloudWatchLogs: 'true',
    })
    const groups = [...policies.values()].map((role) => [
      ...new Set(JSON.stringify(role).match(/(?<=log-group:)[^"]+/g)),
    ])
    const both = ['/aws/lambda/orders', '/aws/lambda/orders:*']
    expect(groups).toEqual([both, both, both])
  })

  test('may write nothing where they are for plans and for verify', () => {
    const roles = deployed(template, { ...NAMES, ...ALL })
    const actions = (role: string) =>
      roles
        .get(role)
        ?.policies.flatMap(({ document }) => (document as { Statement: object[] }).Statement)
        .flatMap((statement) => (statement as { Action: string | string[] }).Action) ?? []
    const harmless = /:(Get|List|Describe|Simulate|Filter)/
    expect(actions('PlanRole').filter((action) => !harmless.test(action))).toEqual([])
    expect(new Set(actions('VerifyRole').filter((action) => !harmless.test(action)))).toEqual(
      new Set(['lambda:InvokeFunction']),
    )
    expect(actions('ApplyRole')).toContain('lambda:UpdateFunctionConfiguration')
  })

  test('use no YAML aliases, which CloudFormation refuses', () => {
    expect(template.match(/(?<=[:-] )[&*]\w+/g)).toBeNull()
  })

  test('are accepted by IAM, and all features fit into a role', () => {
    for (const { trust, policies } of deployed(template, { ...NAMES, ...ALL }).values()) {
      requireTrustDocument(JSON.stringify(trust))
      for (const { document } of policies)
        requireIdentityDocument(JSON.stringify(document), 'inline')
      const size = policies.reduce((sum, { document }) => sum + JSON.stringify(document).length, 0)
      expect(size).toBeLessThan(INLINE_LIMIT)
    }
  })

  test('trust jobs of the environment, and plans of pull requests and of the branch', () => {
    const roles = deployed(template, { ...NAMES, Environment: 'live', Branch: 'trunk' })
    const subjects = [...roles.values()].map(
      ({ trust }) =>
        (trust as { Statement: { Condition: { StringEquals: Record<string, unknown> } }[] })
          .Statement[0]?.Condition.StringEquals,
    )
    const aud = { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' }
    const sub = 'token.actions.githubusercontent.com:sub'
    expect(subjects).toEqual([
      { ...aud, [sub]: ['repo:example/shop:environment:live'] },
      { ...aud, [sub]: ['repo:example/shop:environment:live'] },
      {
        ...aud,
        [sub]: ['repo:example/shop:pull_request', 'repo:example/shop:ref:refs/heads/trunk'],
      },
    ])
  })

  test('trust another environment for verify, which has no reviewers to wait for', () => {
    const subjects = (given: Record<string, string>) =>
      ['ApplyRole', 'VerifyRole'].map((role) =>
        /repo:[^"]+/.exec(JSON.stringify(deployed(template, given).get(role)?.trust))?.at(0),
      )
    const given = { ...NAMES, Environment: 'live' }
    expect(subjects({ ...given, VerifyEnvironment: 'nightly' })).toEqual([
      'repo:example/shop:environment:live',
      'repo:example/shop:environment:nightly',
    ])
    expect(terraform).toContain(
      'verify_environment = var.verify_environment == "" ? var.environment : var.verify_environment',
    )
  })

  test('have names that an account can have twice', () => {
    const names = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, name]) => name)
    expect(names(template, /RoleName: !Sub (.+)/g)).toEqual([
      '${RolePrefix}-apply',
      '${RolePrefix}-verify',
      '${RolePrefix}-plan',
    ])
    expect(names(terraform, /^ {2}name = "(.+)"$/gm).slice(0, 1)).toEqual([
      '${var.role_prefix}-apply',
    ])
  })

  test('have the trust policy that README.md shows', () => {
    const shown = /^```json\n(.*?)^```/ms.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
    const provider = 'oidc-provider/token.actions.githubusercontent.com'
    const given = {
      ...NAMES,
      Repository: 'YOUR-ORG/YOUR-REPO',
      OidcProviderArn: `arn:aws:iam::123456789012:${provider}`,
    }
    const trust = JSON.stringify(deployed(template, given).get('ApplyRole')?.trust)
    // A list of one is the same to IAM as its item.
    expect(JSON.parse(trust.replace(/\[("repo:[^"]+")\]/, '$1'))).toEqual(JSON.parse(shown))
  })

  test('use the identity provider that the account has, or a new one', () => {
    const arn = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'
    const provider = (given: Record<string, string>) =>
      JSON.stringify(deployed(template, { ...NAMES, ...given }).get('ApplyRole')?.trust)
    expect(provider({ OidcProviderArn: arn })).toContain(arn)
    expect(provider({})).toContain('arn:of:OidcProvider')
  })
})

describe('the roles of Terraform', () => {
  const terraformNames: Readonly<Record<string, string>> = {
    'data.aws_partition.current.partition': 'aws',
    'data.aws_caller_identity.current.account_id': '123456789012',
    'local.oidc_provider': 'arn:of:OidcProvider',
    'var.repository': NAMES.Repository,
    'var.environment': 'production',
    'local.verify_environment': 'production',
    'var.branch': 'main',
    'var.regions': NAMES.Regions,
    'var.functions': NAMES.Functions,
    'var.roles': NAMES.Roles,
    'var.secrets': NAMES.Secrets,
    'var.managed_policies': NAMES.ManagedPolicies,
  }
  const documents = [...terraform.matchAll(/policy = jsonencode\((.*?)\)\n\}/gs)].map(
    ([, json = '']): unknown =>
      JSON.parse(json.replace(/\$\{([^}]+)\}/g, (_, name: string) => terraformNames[name] ?? '?')),
  )

  test('have the documents that CloudFormation’s have', () => {
    const ours = [...deployed(template, { ...NAMES, ...ALL }).values()].flatMap(
      ({ trust, policies }) => [trust, ...policies.map(({ document }) => document)],
    )
    expect(documents).toEqual(ours)
  })

  test('have the parameters that CloudFormation’s have', () => {
    const underscored = (name: string) =>
      name
        .replace(/([a-z])([A-Z])/g, '$1_$2')
        .toLowerCase()
        .replace('cloud_watch', 'cloudwatch')
    const [, parameters = ''] = /^Parameters:\n(.*?)^Conditions:/ms.exec(template) ?? []
    const names = [...parameters.matchAll(/^ {2}(\w+):$/gm)].map(([, name = '']) => name)
    const variables = [...terraform.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name)
    expect(variables).toEqual(names.map(underscored))
    const documented = readFileSync('docs/templates/README.md', 'utf8')
    for (const name of names) expect(documented).toContain(`| \`${name}\``)
  })
})
