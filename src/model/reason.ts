/** Why a function ended as it did: stable codes, each with what to do about it. docs/reason-codes.md is made from this table. */

export const REMEDIES = {
  // Selection and preflight: nothing was written.
  'not-found': 'Check the name, the region and the account; patterns find what is there.',
  'access-denied':
    'Allow the caller lambda:GetFunction (and lambda:ListFunctions for patterns) on the function; docs/permissions.md has the policy.',
  'read-failed': 'AWS did not answer in time. Run the step again.',
  'not-applicable':
    'The function was matched by a pattern but cannot carry the extension. Exclude it with `!name`, or leave it.',
  'image-function':
    'A container image cannot take layers. Copy /opt/extensions/rotel-extension into the image, or leave the function out.',
  'managed-instances':
    'Lambda Managed Instances refuse extensions that register for INVOKE, as Rotel does. Leave the function out.',
  'edge-replica':
    'Lambda@Edge functions take neither layers nor variables. Leave the function out.',
  'unsupported-runtime':
    'Rotel needs Amazon Linux 2023. Move the function to a newer runtime, or set `accept: unsupported-runtime` and let the smoke test decide.',
  'tenant-isolated':
    'A tenant-isolated function cannot be invoked without a tenant. Set `none` for it in `payloads`.',
  'architecture-mismatch':
    'The function has another architecture than `architecture` asserts. Correct one of them.',
  'no-layer-in-region': 'Publish a copy of the layer in this region and name it in `layer-arn`.',
  'no-layer-in-partition':
    'Publish a copy of the layer in this partition and name it in `layer-arn`.',
  'layer-limit': 'Lambda allows five layers. Merge or remove one of the function’s own.',
  'layer-unreadable':
    'Lambda checks every layer of the list again when it is sent. Allow the caller lambda:GetLayerVersion on it, or replace the layer if it was deleted or is no longer shared.',
  'layer-hash-mismatch':
    'The layer is not one that `layer-sha256` allows. Check who published it, then add its hash, or set `layer-version` or `layer-arn`; to read a hash the caller needs lambda:GetLayerVersion on the layer.',
  'environment-unreadable':
    'Allow the caller kms:Decrypt on the function’s key. Without it Lambda hides the variables, and writing would erase them.',
  'environment-too-large':
    'Lambda allows 4,096 bytes of variables. Shorten or remove some of the function’s own, or send fewer attributes and headers.',
  'port-clash':
    'Two collectors cannot share ports 4317 and 4318. Remove the other one, or move Rotel’s receivers with ROTEL_OTLP_GRPC_ENDPOINT and ROTEL_OTLP_HTTP_ENDPOINT in `rotel-environment`.',
  'instrumentation-unsupported':
    'No auto-instrumentation layer fits the function. Set `auto-instrumentation: auto`, which passes over runtimes that have none, name a copy in `instrumentation-layer-arn`, or leave the function out.',
  'wrapper-conflict':
    'A function can be instrumented by one tool only. Remove the other one; where it works by AWS_LAMBDA_EXEC_WRAPPER alone, `wrapper-conflict: replace` puts ours in its place and keeps the original for `mode: remove`.',
  'reserved-concurrency-zero':
    'The function’s reserved concurrency is 0, so it cannot be invoked. Raise it, or set `none` for it in `payloads`.',
  'configured-elsewhere':
    'Somebody else set up Rotel on this function. Remove it there, or set `accept: foreign-settings` to override its settings.',
  'ownership-unreadable':
    'The variable CLICKSTACK_LAMBDA was written by a newer version of this action or changed by hand. Use that version, or delete the variable.',
  'code-signing':
    'The function accepts only signed layers. Sign a copy of the layer and name it in `layer-arn`, or relax the code signing configuration.',
  // Secrets by reference: Rotel looks them up at each cold start, and dies where it cannot.
  'secret-missing':
    'Correct the ARN: name, region, account and partition. Rotel looks for the secret in the region that the ARN names.',
  'secret-scheduled-for-deletion':
    'Restore the secret (secretsmanager:RestoreSecret), or name another one.',
  'secret-without-value': 'Give the secret a value.',
  'secret-wrong-type': 'Keep the value in a parameter of type String or SecureString.',
  'secret-arn-incomplete':
    'Write the whole ARN, with the six characters that Secrets Manager adds, or take layer version 6 or newer.',
  'secret-not-readable':
    'Put the policy that the report prints on the function’s execution role, or set `grant-secret-access: true`.',
  'secret-not-checked':
    'Allow the caller secretsmanager:DescribeSecret, ssm:DescribeParameters and iam:SimulatePrincipalPolicy, or let the smoke test invoke the function.',
  'function-not-ready':
    'Lambda reports the function as failed or not ready. Repair it first, then run the step again.',
  'not-configured': 'The function is not configured as asked. Run the step with `mode: apply`.',
  // Endpoint: nothing was written.
  'protocol-unknown': 'Set `protocol` to `grpc` or `http`: only ports 4317 and 4318 tell it.',
  'endpoint-key-refused':
    'The endpoint refuses the key. Open-source ClickStack takes the ingestion key as it is (`api-key-scheme: raw`); managed ClickStack takes it with `api-key-scheme: bearer` and `protocol: http`.',
  'endpoint-not-found':
    'A server answers, and takes no OTLP logs at this address. Check host, port and path of `endpoint`; with `http`, `/v1/logs` is appended.',
  'endpoint-wrong-protocol':
    'Port 4317 is for gRPC and 4318 for HTTP by convention. Set `protocol`, or correct the port of `endpoint`.',
  'endpoint-tls':
    'Write `https://` for a TLS port and `http://` for one in clear, as ClickStack’s own 4317 and 4318 are. A certificate must be from a public authority; if Rotel trusts another one on your functions, set `endpoint-check: off`.',
  'endpoint-unreachable':
    'The runner does not reach the endpoint. Check host and port; if only the functions reach it, set `endpoint-check: warn`.',
  'endpoint-refused':
    'The endpoint answers and does not take the export; its answer says why. Repair it, then run the step again.',
  'endpoint-user-refused':
    'ClickHouse refuses the exporter. Check `exporter-user` and `exporter-password`; the user needs INSERT on the tables.',
  'tables-missing':
    'Rotel never creates tables. Check `exporter-database` (ClickStack’s is `default`) and `exporter-table-prefix`, or let ClickStack’s collector or Rotel’s clickhouse-ddl create them.',
  'tables-mismatch':
    'Set `exporter-json` as the tables are (`true` for JSON columns, `false` for Map), or write to tables of ClickStack’s layout.',
  // CloudWatch Logs: the grants are as they were, or were given back.
  'role-unreadable':
    'Allow the caller to read the execution role: iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies, and for `remove` iam:GetPolicy and iam:GetPolicyVersion.',
  'role-shared':
    'Give the function a role (and a log group) of its own, use `cloudwatch-logs: deny`, or set `accept: shared-role`.',
  'role-policies-full':
    'IAM allows 10,240 characters of inline policies on a role. Shorten them, or have an administrator create a managed policy and name it in `deny-policy-arn`.',
  'foreign-policy':
    'A policy with the name of ours stands on the role. Rename or delete it; this action does not touch what it has not written.',
  'cannot-be-narrowed':
    'Use `cloudwatch-logs: deny`, which needs no change of the policies that are there.',
  'deny-policy-unusable': 'Check the ARN in `deny-policy-arn`; it must be of this account.',
  'log-loss': 'Move those who read the log group to ClickStack first, or set `accept: log-loss`.',
  'drift-not-accepted':
    'Carry layer and variables into the template, or set `accept: drift`. If no template owns the function, set `iac: none`.',
  'version-not-instrumented':
    'All versions share log group and role. Publish a version with Rotel and move the alias, provisioned concurrency or event source to it; the caller needs lambda:ListAliases, lambda:ListVersionsByFunction, lambda:ListProvisionedConcurrencyConfigs and lambda:ListEventSourceMappings.',
  'simulation-failed':
    'Allow the caller iam:SimulatePrincipalPolicy on the execution role: without it nobody sees what denies.',
  'disabling-needs-invocation':
    'Let the smoke test invoke the function: give it a payload, or say `cloudwatch-logs: keep`.',
  'cloudwatch-not-disabled':
    'The function still may write to CloudWatch Logs. Run the step with `mode: apply`.',
  'log-group-unreadable':
    'Allow the caller logs:FilterLogEvents, logs:DescribeLogStreams, logs:DescribeLogGroups, logs:DescribeSubscriptionFilters and logs:DescribeMetricFilters on the log group. Groups of class INFREQUENT_ACCESS and DELIVERY cannot be searched, so nothing can be proven there: keep CloudWatch Logs.',
  'role-write-failed':
    'Allow the caller the writes to the role that docs/permissions.md names for `cloudwatch-logs`.',
  'denial-not-effective':
    'IAM does not name the denial as effective: a boundary, an organisation’s policy or somebody else’s change may be in the way. Raise `verify-timeout` if IAM is only slow.',
  'cloudwatch-still-written':
    'Something still allows the writes: look for a resource policy of CloudWatch Logs (`remove` does not see those), or use `cloudwatch-logs: deny`. Raise `verify-timeout` if IAM is only slow.',
  'telemetry-lost-after-disabling':
    'The telemetry came before the cut and not after it. Run the step again; if it stays, look at the function’s route to ClickStack.',
  'restore-not-seen':
    'Rotel stays on the function, so that it does not go dark. Give the rights back by hand (delete the policy that is named), then run the step again.',
  'restore-file-refused':
    'The file would change more than log rights, or belongs to another role. Leave `restore-file` out: a minimal grant is given then.',
  'rotel-missing':
    'An earlier run cut CloudWatch Logs here, and Rotel is gone or does not work: nobody gets this function’s logs. Run the step with `mode: apply`.',
  // Writing.
  'write-denied': 'Allow the caller lambda:UpdateFunctionConfiguration on the function.',
  'write-refused': 'Lambda did not accept the configuration; its words say why.',
  'write-contended':
    'Somebody else kept changing the function. Run the step when no deploy is under way.',
  'write-failed': 'AWS did not answer in time. Run the step again.',
  'update-failed':
    'Lambda accepted the configuration and could not put it into effect; its words say why.',
  // Smoke test.
  'extension-crash':
    'The extension died when the function started. Check endpoint, headers and attributes; the log has its last lines.',
  'secret-unresolved':
    'Rotel could not look up a secret. Check that the execution role may read it, that a function in a VPC has a route to the store, and that the JSON has the `#key` and holds nothing but strings.',
  'extension-invalid-value':
    'Rotel ends at a value that it cannot parse. Correct the variable that is named, in `rotel-environment`, on the function or in its env file.',
  'extension-bad-endpoint':
    'Rotel needs the endpoint for all signals (`endpoint`), or one for each of the three, each a URL with a scheme.',
  'extension-bad-exporter':
    'Set either ROTEL_EXPORTER or ROTEL_EXPORTERS, and in the latter only exporters that the layer has and that take the signal.',
  'extension-bad-header':
    'Correct the header: lists are `name=value,name=value`, without quotes, and names hold letters, digits and `-`.',
  'extension-tls':
    'Leave out the key, certificate and authority of TLS, which this version of Rotel cannot use: take an endpoint with a certificate of a public authority.',
  'extension-log-filter': 'Correct the function’s variable RUST_LOG, or remove it.',
  'extension-env-file':
    'Put the file into the function’s package, or correct `rotel-env-file` or the line: `NAME=value`, with a closing quote for each that opens.',
  'extension-port-taken':
    'Remove the other extension, or move Rotel’s receivers with ROTEL_OTLP_GRPC_ENDPOINT and ROTEL_OTLP_HTTP_ENDPOINT in `rotel-environment`.',
  'extension-glibc':
    'Rotel needs Amazon Linux 2023. Move the function to a newer runtime, or leave it out.',
  'extension-architecture':
    'The layer of `layer-arn` is for the other architecture. Put `{arch}` in its name, or give the right one.',
  'init-error':
    'The function’s environment could not start. If it also fails without Rotel, its own code is the cause.',
  'runtime-exit':
    'The function’s process ended by itself. If it also does so without Rotel, its own code is the cause.',
  'wrapper-missing':
    'AWS_LAMBDA_EXEC_WRAPPER names a file that is not there. Attach the layer that holds it, or remove the variable.',
  'timed-out':
    'Raise the function’s time-out. An endpoint that does not answer adds three seconds to each invocation.',
  'out-of-memory': 'Raise the function’s memory.',
  'function-error':
    'The handler threw an error. Give it a payload that it accepts (`payload`, `payloads`), or set `accept: function-errors`.',
  'invoke-denied': 'Allow the caller lambda:InvokeFunction on the function.',
  'invoke-throttled':
    'The function had no free concurrency for the smoke test. Run the step at a quieter time, or raise its concurrency.',
  'invoke-refused': 'Lambda did not accept the invocation; its words say why.',
  'invoke-failed': 'The invocation got no answer. It may have run. Run the step again.',
  // Proof.
  'no-verifier':
    'Nothing looked into ClickStack, because of `verify: none`. Configure a verifier to have arrival proven.',
  'not-invoked':
    'The function is as asked, but nothing proved it in this run. Set `smoke-test: always`, or configure a verifier.',
  'nothing-arrived':
    'The function cannot reach the endpoint, or the endpoint drops its data. Compare its VPC, security groups and routes with those of a function that works.',
  'export-blackhole':
    'Rotel would discard all logs. Set `endpoint`, or correct the function’s own ROTEL_EXPORTER or ROTEL_EXPORTERS, or its env file.',
  'export-key-refused':
    'Correct `api-key` and `api-key-scheme`: ClickStack’s own collector takes the raw ingestion key, managed ClickHouse takes `bearer`.',
  'export-not-found':
    'Correct `endpoint`: something answers there that is not ClickStack’s receiver.',
  'export-unreachable':
    'Give the function a route to the endpoint (VPC, NAT, security group), or correct `endpoint`. Until then each invocation takes 3 s longer.',
  'service-name-differs':
    'Something else sets service.name, such as a rotel.env file. Make both say the same.',
  'proof-too-weak':
    'Older environments of this function send telemetry too. Let it log its request id, use `log-format: json`, or `verify-level: environment`.',
  'traces-missing':
    'Check the instrumentation: its exporter has to send to localhost:4318 or 4317.',
  'arrived-late': 'Raise `verify-timeout`.',
  'no-traffic':
    'Invoke the function, raise `verify-timeout`, or set `on-no-traffic: keep` to leave it as it is.',
  'verifier-failed':
    'The verifier must be reachable and may read the tables. Correct its settings, then run the step again.',
  'control-record-lost':
    'A record sent to `endpoint` did not come out at the verifier. Make both belong to the same ClickStack: key, database, table.',
  // Course of the run.
  'no-change': 'The function is as asked already. `mode: apply` would prove it.',
  'nothing-to-remove': 'There is nothing of ours on this function.',
  stopped:
    'Too many functions failed, so nothing more was written. Repair the cause named for those, then run the step again.',
  'out-of-time': 'Raise `timeout-minutes`, or split the functions over several runs.',
  cancelled: 'The run was cancelled. Run the step again.',
  // Undo.
  'undo-failed':
    'The function could not be put back; the report says what is left on it and how to repair it.',
} as const satisfies Readonly<Record<string, string>>

export type Reason = keyof typeof REMEDIES
