/** AWS-managed policies that execution roles usually have, as far as they matter here. */

const LOG_WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

function policy(...actions: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  }
}

/** By the part of the ARN after `policy`. */
export const MANAGED_POLICIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/service-role/AWSLambdaBasicExecutionRole': policy(...LOG_WRITES),
  '/service-role/AWSLambdaVPCAccessExecutionRole': policy(
    ...LOG_WRITES,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ),
  '/service-role/AWSLambdaSQSQueueExecutionRole': policy(
    ...LOG_WRITES,
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
  ),
  '/AWSXRayDaemonWriteAccess': policy('xray:PutTraceSegments', 'xray:PutTelemetryRecords'),
}
