import { describe, expect, test } from '@jest/globals'
import { ownerOf } from '../../src/systems/templates/owner'

function tagged(tags: Readonly<Record<string, string>>) {
  return { tags: new Map(Object.entries(tags)) }
}

function inStack(logicalId: string, more: Readonly<Record<string, string>> = {}) {
  return tagged({
    'aws:cloudformation:stack-name': 'shop-prod',
    'aws:cloudformation:logical-id': logicalId,
    ...more,
  })
}

describe('with iac: auto', () => {
  test('a stack is known by its tags', () =>
    expect(ownerOf(inStack('Orders'), 'auto')).toEqual({
      tool: 'cloudformation',
      stack: 'shop-prod',
    }))

  test('SAM is known by the tag of its transform', () =>
    expect(ownerOf(inStack('Orders', { 'lambda:createdBy': 'SAM' }), 'auto')).toEqual({
      tool: 'sam',
      stack: 'shop-prod',
    }))

  test('CDK is known by the hash at the end of a logical id', () =>
    expect(ownerOf(inStack('OrdersHandler1A2B3C4D'), 'auto')).toMatchObject({ tool: 'cdk' }))

  test('Serverless is known by stage, stack name and logical id together', () => {
    expect(ownerOf(inStack('OrdersLambdaFunction', { STAGE: 'prod' }), 'auto')).toMatchObject({
      tool: 'serverless',
    })
    expect(ownerOf(inStack('OrdersLambdaFunction', { STAGE: 'dev' }), 'auto')).toMatchObject({
      tool: 'cloudformation',
    })
  })

  test('the word SAM of the user’s own, without a stack, is no owner', () =>
    expect(ownerOf(tagged({ 'lambda:createdBy': 'SAM' }), 'auto')).toBe('none'))

  test.each([
    ['ManagedBy', 'Terraform'],
    ['managed-by', 'terraform 1.9'],
    ['terraform', 'true'],
    ['IaC', 'OpenTofu'],
  ])('the custom tag %s=%s names Terraform', (key, value) =>
    expect(ownerOf(tagged({ [key]: value }), 'auto')).toEqual({ tool: 'terraform' }),
  )

  test.each([
    ['team', 'terraform'],
    ['terraform', 'false'],
    ['ManagedBy', 'platform'],
  ])('%s=%s does not', (key, value) =>
    expect(ownerOf(tagged({ [key]: value }), 'auto')).toBe('none'),
  )

  test('tags that could not be read leave it open', () =>
    expect(ownerOf({ tags: 'unknown' }, 'auto')).toBe('unknown'))
})

describe('what iac says', () => {
  test('goes for functions without tags, read or not', () => {
    for (const fn of [tagged({}), { tags: 'unknown' } as const]) {
      expect(ownerOf(fn, 'terraform')).toEqual({ tool: 'terraform' })
      expect(ownerOf(fn, 'cloudformation')).toEqual({ tool: 'cloudformation' })
      expect(ownerOf(fn, 'none')).toBe('none')
    }
  })

  test('does not outrank the tags of a stack, but for none', () => {
    expect(ownerOf(inStack('Orders'), 'terraform')).toMatchObject({ tool: 'cloudformation' })
    expect(
      ownerOf(inStack('Orders', { 'lambda:createdBy': 'SAM' }), 'cloudformation'),
    ).toMatchObject({ tool: 'sam' })
    expect(ownerOf(inStack('Orders'), 'none')).toBe('none')
  })
})
