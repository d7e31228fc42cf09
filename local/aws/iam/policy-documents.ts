/**
 * Which documents IAM takes. Order and texts of the refusals as recorded from AWS (LocalStack's test_iam_policies and
 * test_iam_roles, February 2026); what moto knows beyond that (dates in conditions, regions in S3 and IAM ARNs) is left
 * out.
 */
import { AwsError } from '../protocol/errors'
import { isRecord } from '../protocol/text'
import { constraintError } from './request'

const TOP_ELEMENTS = ['Version', 'Id', 'Statement']

const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

const CONDITION_OPERATOR =
  /^(?:ForAnyValue:|ForAllValues:)?(?:String(?:Not)?(?:Equals|EqualsIgnoreCase|Like)|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|Arn(?:Not)?(?:Equals|Like)|Bool|BinaryEquals|(?:Not)?IpAddress|Null)(?:IfExists)?$/

const SYNTAX = 'Syntax errors in policy.'
const LEGACY = 'The policy failed legacy parsing'

type Statement = Readonly<Record<string, unknown>>

/** @throws AwsError MalformedPolicyDocument or ValidationError; managed policies must be of version 2012-10-17 */
export function requireIdentityDocument(text: string, kind: 'inline' | 'managed'): void {
  requireCharacters(text)
  const document = parsed(text)
  if (!isRecord(document)) throw malformed(SYNTAX)
  const statements = statementsOf(document)
  if (kind === 'managed' && document['Version'] !== '2012-10-17') {
    throw malformed('Policy document must be version 2012-10-17 or greater.')
  }
  for (const statement of statements) {
    if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny') throw malformed(LEGACY)
  }
  const resources = statements.flatMap((statement) => [
    ...textsOf(statement['Resource']),
    ...textsOf(statement['NotResource']),
  ])
  if (resources.some(isCutOff)) throw malformed(LEGACY)
  const ids = statements.flatMap(({ Sid }) => (typeof Sid === 'string' && Sid !== '' ? [Sid] : []))
  if (new Set(ids).size < ids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.')
  }
  if (statements.some((statement) => !has(statement, 'Action', 'NotAction'))) {
    throw malformed('Policy statement must contain actions.')
  }
  for (const resource of resources) requireResource(resource)
  for (const statement of statements) {
    const actions = [...textsOf(statement['Action']), ...textsOf(statement['NotAction'])]
    for (const action of actions) requireAction(action)
  }
  if (statements.some((statement) => 'Principal' in statement || 'NotPrincipal' in statement)) {
    throw malformed('Policy document should not specify a principal.')
  }
  if (statements.some((statement) => !has(statement, 'Resource', 'NotResource'))) {
    throw malformed('Policy statement must contain resources.')
  }
}

/** @throws AwsError MalformedPolicyDocument or ValidationError */
export function requireTrustDocument(text: string): void {
  requireCharacters(text)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw malformed('This policy contains invalid Json')
  }
  if (!isRecord(document)) throw malformed(SYNTAX)
  for (const statement of statementsOf(document)) {
    if ('Resource' in statement || 'NotResource' in statement) {
      throw malformed('Has prohibited field Resource')
    }
    const actions = textsOf(statement['Action'])
    if (
      actions.some((action) => !/^sts:(?:AssumeRole|TagSession|SetSource|SetContext)/i.test(action))
    ) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.')
    }
  }
}

/** Characters that count for the size of a document. */
export function documentSize(text: string): number {
  return text.replace(/\s/g, '').length
}

function requireCharacters(text: string): void {
  if (text === '') {
    throw constraintError('policyDocument', 'Member must have length greater than or equal to 1')
  }
  if (!/^[\u0009\u000A\u000D\u0020-\u00FF]+$/.test(text)) {
    throw constraintError(
      'policyDocument',
      'Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
    )
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed(SYNTAX)
  }
}

/** Checks the grammar on the way. */
function statementsOf(document: Readonly<Record<string, unknown>>): readonly Statement[] {
  const { Version, Id, Statement } = document
  const statements = Array.isArray(Statement) ? (Statement as unknown[]) : [Statement]
  const grammatical =
    Object.keys(document).every((element) => TOP_ELEMENTS.includes(element)) &&
    (Version === undefined || Version === '2012-10-17' || Version === '2008-10-17') &&
    (Id === undefined || typeof Id === 'string') &&
    statements.length > 0
  const records = statements.filter(isRecord)
  if (!grammatical || records.length < statements.length || !records.every(isGrammatical)) {
    throw malformed(SYNTAX)
  }
  return records
}

function isGrammatical(statement: Statement): boolean {
  const { Sid, Effect, Condition } = statement
  return (
    Object.keys(statement).every((element) => STATEMENT_ELEMENTS.includes(element)) &&
    !('Action' in statement && 'NotAction' in statement) &&
    !('Resource' in statement && 'NotResource' in statement) &&
    (Sid === undefined || (typeof Sid === 'string' && /^[A-Za-z0-9]*$/.test(Sid))) &&
    typeof Effect === 'string' &&
    /^(?:allow|deny)$/i.test(Effect) &&
    ['Action', 'NotAction', 'Resource', 'NotResource'].every((name) => isTexts(statement[name])) &&
    (Condition === undefined || isCondition(Condition))
  )
}

function isTexts(value: unknown): boolean {
  return (
    value === undefined ||
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((item) => typeof item === 'string'))
  )
}

function isCondition(condition: unknown): boolean {
  return (
    isRecord(condition) &&
    Object.entries(condition).every(
      ([operator, keys]) =>
        isRecord(keys) &&
        (CONDITION_OPERATOR.test(operator) || Object.keys(keys).length === 0) &&
        Object.values(keys).every(
          (value) =>
            Array.isArray(value) || typeof value === 'string' || typeof value === 'boolean',
        ),
    )
  )
}

/** An ARN with too few fields and no wildcard at its end that could fill it up. */
function isCutOff(resource: string): boolean {
  const fields = resource.split(':')
  return fields[0] === 'arn' && fields.length > 3 && fields.length < 6 && !resource.endsWith('*')
}

function requireResource(resource: string): void {
  if (resource === '*') return
  const [prefix, partition, vendor = ''] = resource.split(':')
  if (prefix !== 'arn' || partition === undefined) {
    throw malformed(`Resource ${resource} must be in ARN format or "*".`)
  }
  if (partition !== '*' && !/^aws(?:-[a-z-]+)?$/.test(partition)) {
    const filled = [...resource.split(':'), '*', '*', '*', '*'].slice(0, 6)
    const shown = resource.split(':').length < 6 ? filled.join(':') : resource
    throw malformed(`Partition "${partition}" is not valid for resource "${shown}".`)
  }
  if (!/^[A-Za-z0-9-]+$/.test(vendor) && !(partition === '*' || resource.endsWith(':*'))) {
    throw malformed('Resource vendor must be fully qualified and cannot contain regexes.')
  }
}

function requireAction(action: string): void {
  if (action === '*') return
  const [vendor = '', ...rest] = action.split(':')
  if (rest.length === 0) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  if (rest.length > 1) throw malformed('Actions/Condition can contain only one colon.')
  if (vendor !== '*' && /[^A-Za-z0-9.-]/.test(vendor)) {
    throw malformed(`Vendor ${vendor} is not valid`)
  }
}

/** One of the two elements is there, and not an empty list. */
function has(statement: Statement, element: string, inverse: string): boolean {
  const value = statement[element] ?? statement[inverse]
  return typeof value === 'string' || (Array.isArray(value) && value.length > 0)
}

function textsOf(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? (value as unknown[]) : [value]
  return items.filter((item) => typeof item === 'string')
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', 400, message)
}
