/** What a scenario about CloudWatch Logs holds on to: role and function as they were, and that no instant is dark. */

import type { StackWorld } from './stack-world'
import { configurationOf } from './world'

type Aws = Pick<StackWorld, 'aws'>

/** Calls after which a function had neither Rotel nor the right to write to CloudWatch. */
export function watchForDarkness({ aws }: Aws, name = 'orders'): readonly string[] {
  const dark: string[] = []
  const stream = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${name}:log-stream:x`
  aws.onWorkDone(({ operation }) => {
    const { layers, role } = aws.lambda.get(name)
    const carriesRotel = layers.some((arn) => arn.includes(':rotel-extension-'))
    const mayWrite = aws.iam.decide(role, 'logs:PutLogEvents', stream, 'dataPlane') === 'allowed'
    if (!carriesRotel && !mayWrite) dark.push(operation)
  })
  return dark
}

export const stateOf = ({ aws }: Aws) => ({
  role: aws.iam.get('orders-role'),
  fn: configurationOf(aws.lambda.get('orders')),
})
