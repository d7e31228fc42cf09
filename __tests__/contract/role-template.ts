/** docs/templates/roles.yml as CloudFormation deploys it: as much of the language as the template uses. */

import { parseDocument, type ScalarTag } from 'yaml'

export interface DeployedRole {
  readonly trust: unknown
  readonly policies: readonly { readonly name: string; readonly document: unknown }[]
}

type Values = Readonly<Record<string, string>>

interface Resource {
  readonly Type: string
  readonly Condition?: string
  readonly Properties: Readonly<Record<string, unknown>>
}

interface Template {
  readonly Parameters: Readonly<Record<string, { Default?: string; AllowedValues?: string[] }>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, Resource>>
}

const call = (name: string): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text) => ({ [`Fn::${name}`]: text }),
})

/** Roles by logical name. Throws for a parameter that is missing or unknown, and for a function or a name that it does not know. */
export function deployed(
  text: string,
  given: Values,
  account = '123456789012',
): ReadonlyMap<string, DeployedRole> {
  const document = parseDocument(text, { customTags: ['Sub', 'Ref', 'GetAtt'].map(call) })
  if (document.errors.length > 0) throw new Error(document.errors.join('\n'))
  const template = document.toJS() as Template
  const values: Record<string, string> = { 'AWS::AccountId': account, 'AWS::Partition': 'aws' }
  for (const name of Object.keys(given)) {
    if (template.Parameters[name] === undefined) throw new Error(`no parameter ${name}`)
  }
  for (const [name, { Default, AllowedValues }] of Object.entries(template.Parameters)) {
    const value = given[name] ?? Default
    if (value === undefined) throw new Error(`the parameter ${name} has no value`)
    if (AllowedValues?.includes(value) === false) throw new Error(`${name} may not be ${value}`)
    values[name] = value
  }

  const valueOf = (name: string): string => {
    const value = values[name] ?? (template.Resources[name] && `arn:of:${name}`)
    if (value === undefined) throw new Error(`nothing is called ${name}`)
    return value
  }
  const holds = (condition: string): boolean => {
    const equals = template.Conditions[condition] as { 'Fn::Equals': [unknown, unknown] }
    const [one, other] = equals['Fn::Equals'].map(evaluated)
    return one === other
  }
  const evaluated = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(evaluated)
    if (typeof value !== 'object' || value === null) return value
    const [name, argument] = Object.entries(value as Readonly<Record<string, unknown>>)[0] ?? [
      '',
      undefined,
    ]
    if (name === 'Fn::Ref') return valueOf(String(argument))
    if (name === 'Fn::Sub') {
      return String(argument).replace(/\$\{([^}]+)\}/g, (_, parameter: string) =>
        valueOf(parameter),
      )
    }
    if (name === 'Fn::If') {
      const [condition, yes, no] = argument as [string, unknown, unknown]
      return evaluated(holds(condition) ? yes : no)
    }
    if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluated(item)]))
  }

  const made = Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || holds(Condition))
    .map(([name, { Type, Properties }]) => ({
      name,
      type: Type,
      properties: evaluated(Properties) as Readonly<Record<string, unknown>>,
    }))
  const policiesOf = (role: string) =>
    made
      .filter(({ type }) => type === 'AWS::IAM::Policy')
      .filter(({ properties }) => (properties['Roles'] as string[]).includes(`arn:of:${role}`))
      .map(({ properties }) => ({
        name: String(properties['PolicyName']),
        document: properties['PolicyDocument'],
      }))
  return new Map(
    made
      .filter(({ type }) => type === 'AWS::IAM::Role')
      .map(({ name, properties }) => [
        name,
        { trust: properties['AssumeRolePolicyDocument'], policies: policiesOf(name) },
      ]),
  )
}
