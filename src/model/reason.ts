/** Reason codes: stable, each with its remedy. docs/reason-codes.md is generated from this table. */

export const REMEDIES = {
  // Selection and preflight: nothing was written.
  'not-found':
    'Correct the name, sign in to the account of the function, or set `regions`: names are looked up there, and without it in the region of AWS_REGION.',
  'access-denied':
    'Allow the caller lambda:GetFunction on the function, and lambda:ListFunctions if `functions` holds a pattern. See docs/permissions.md.',
  'read-failed': 'Run the step again.',
  'credentials-refused':
    'Sign in to AWS in an earlier step, for example with aws-actions/configure-aws-credentials and `permissions: id-token: write`. If the credentials expired during the run, raise `role-duration-seconds` there, or split the functions over several runs.',
  // What AWS names as the cause of a denial: an Allow elsewhere does not help.
  'denied-by-organization':
    'Ask the administrators of the AWS organization: a service or resource control policy denies the call, whatever the role of the caller allows.',
  'denied-by-boundary': 'Allow the action in the permissions boundary of the caller’s role, too.',
  'denied-by-session-policy':
    'Allow the action in the session policy, too: `inline-session-policy` or `managed-session-policies` of aws-actions/configure-aws-credentials.',
  'denied-by-endpoint-policy':
    'Allow the action in the policy of the VPC endpoint through which the runner calls AWS.',
  'denied-explicitly':
    'Remove or narrow the Deny statement that AWS names. It overrides every Allow.',
  'key-denied':
    'Allow the caller kms:Decrypt, kms:Encrypt and kms:CreateGrant on the KMS key of the function’s variables, in the key policy or in its own policy.',
  'role-not-assumable':
    'Check that the function’s execution role exists and that its trust policy lets lambda.amazonaws.com assume it. A role that was deleted and created again must be set on the function again.',
  'not-applicable': 'No action is needed. To exclude the function, add `!name` to `functions`.',
  'image-function':
    'Layers cannot be attached to a container image. Copy /opt/extensions/rotel-extension into the image, or exclude the function.',
  'managed-instances':
    'Lambda Managed Instances do not support extensions that register for INVOKE, as Rotel does. Exclude the function.',
  'edge-replica':
    'Lambda@Edge functions support neither layers nor environment variables. Exclude the function.',
  'unsupported-runtime':
    'Rotel requires Amazon Linux 2023. Move the function to a newer runtime, or set `accept: unsupported-runtime` and rely on the smoke test.',
  'tenant-isolated':
    'A function with tenant isolation cannot be invoked without a tenant. Set its payload to `none` in `payloads`.',
  'architecture-mismatch': 'Correct `architecture`, or exclude the function.',
  'no-layer-in-region': 'Publish a copy of the layer in this region and set `layer-arn`.',
  'no-layer-in-partition': 'Publish a copy of the layer in this partition and set `layer-arn`.',
  'layer-limit': 'Remove or merge one of the function’s own layers.',
  'layer-unreadable':
    'Lambda checks every layer of a function on each update. Allow the caller lambda:GetLayerVersion on the layer, see docs/permissions.md, or replace the layer if it was deleted or is no longer shared.',
  'layer-hash-mismatch':
    'Check who published the layer. Add its hash to `layer-sha256`, or choose another layer with `layer-version` or `layer-arn`. To read a hash, the caller needs lambda:GetLayerVersion on the layer.',
  'environment-unreadable':
    'Give the role that runs this action the permission kms:Decrypt on the function’s KMS key: an update replaces all variables, so they must be read first.',
  'environment-too-large':
    'Shorten or remove some of the function’s own variables, or configure fewer attributes and headers.',
  'port-conflict':
    'Remove the other collector, or move Rotel’s receivers with ROTEL_OTLP_GRPC_ENDPOINT and ROTEL_OTLP_HTTP_ENDPOINT in `rotel-environment`.',
  'instrumentation-unsupported':
    'Set `auto-instrumentation: auto`, which skips runtimes without a layer, set `instrumentation-layer-arn`, or exclude the function.',
  'wrapper-conflict':
    'Remove the other tool. If it uses only AWS_LAMBDA_EXEC_WRAPPER, you can set `wrapper-conflict: replace`: `mode: remove` then restores the original value.',
  'reserved-concurrency-zero':
    'Raise the function’s reserved concurrency, or set its payload to `none` in `payloads`.',
  'configured-elsewhere':
    'Remove the existing Rotel configuration, or set `accept: foreign-settings` to replace it.',
  'ownership-unreadable':
    'A newer version of this action wrote the variable, or it was edited. Use that version, or delete the variable.',
  'code-signing':
    'Publish a signed copy of the layer and set `layer-arn`, or change the function’s code signing configuration.',
  // Secrets by reference: Rotel looks them up at each cold start, and exits where that fails.
  'secret-not-found': 'Correct the ARN: name, region, account and partition.',
  'secret-scheduled-for-deletion':
    'Restore the secret (secretsmanager:RestoreSecret), or reference another one.',
  'secret-without-value': 'Store a value in the secret.',
  'secret-wrong-type': 'Store the value in a parameter of type String or SecureString.',
  'secret-arn-incomplete':
    'Use the complete ARN, including the six characters that Secrets Manager appends, or layer version 6 or newer.',
  'secret-not-readable':
    'Add the policy in the report to the function’s execution role, or set `grant-secret-access: true`.',
  'secret-not-checked':
    'Allow the caller secretsmanager:DescribeSecret, ssm:DescribeParameters and iam:SimulatePrincipalPolicy, or enable the smoke test for the function.',
  'function-not-ready': 'Repair the function in Lambda first, then run the step again.',
  'proof-needs-invocation':
    'Let the step invoke the function (`smoke-test: always`, a payload other than `none`), or let other rows prove it: `verify-level: environment`, `cloud.account.id=<account>` in the template’s ROTEL_OTEL_RESOURCE_ATTRIBUTES, no env file.',
  'not-configured':
    'Run the step with `mode: apply`. If it ran, repeat its inputs here: they describe the configuration that is compared.',
  // The function's log levels hide what a proof needs: nothing was written.
  'start-lines-hidden':
    'Add `rotel=info` to the function’s variable RUST_LOG, such as `RUST_LOG=warn,rotel=info`. Or set `verify-level: invocation` if the function logs its request ID, or `verify-level: function` if it has no Rotel yet.',
  'request-ids-hidden':
    'Set the function’s ApplicationLogLevel to INFO or lower, or set `verify-level: environment`.',
  'platform-logs-hidden':
    'Set the function’s SystemLogLevel to INFO or DEBUG, at least until CloudWatch Logs are disabled, or set `cloudwatch-logs: keep`.',
  // Endpoint: nothing was written.
  'protocol-unknown':
    'Check host and port of `endpoint`: it is ClickStack’s OTLP collector, not its user interface. If they are right, set `protocol` to `grpc` or `http`: only the ports 4317 and 4318 imply it.',
  'endpoint-key-refused':
    'Set `api-key` to ClickStack’s ingestion API key. Open-source ClickStack requires `api-key-scheme: raw`. ClickHouse Observability (the managed service) requires `api-key-scheme: bearer` and `protocol: http`.',
  'endpoint-not-found':
    'Check host, port and path of `endpoint`: it is ClickStack’s OTLP collector, not its user interface. For `http`, Rotel appends `/v1/logs`.',
  'endpoint-wrong-protocol':
    'Set `protocol`, or correct the port of `endpoint`. By convention, 4317 is gRPC and 4318 is HTTP.',
  'endpoint-tls':
    'Use `https://` for a port with TLS and `http://` for a port without TLS; ClickStack’s own ports 4317 and 4318 have no TLS. The certificate must be issued by a public authority. If Rotel trusts a private one on your functions, set `endpoint-check: off`.',
  'endpoint-unreachable':
    'Check host and port. If only the functions can reach the endpoint, set `endpoint-check: warn`.',
  'endpoint-refused': 'Correct the cause that the endpoint reports, then run the step again.',
  'endpoint-user-refused':
    'Check `exporter-user` and `exporter-password`. The user needs INSERT on the tables.',
  'tables-missing':
    'Check `exporter-database` (ClickStack’s default is `default`) and `exporter-table-prefix`. Rotel does not create tables: create them with ClickStack’s collector or Rotel’s clickhouse-ddl.',
  'tables-mismatch':
    'Set `exporter-json` to match the tables (`true` for JSON columns, `false` for Map columns), or use tables with ClickStack’s schema.',
  // CloudWatch Logs: the permissions are in their original state, or were restored.
  'role-unreadable':
    'Allow the caller the IAM actions that docs/permissions.md lists for `cloudwatch-logs` or `grant-secret-access`, on the execution role. With a template of docs/templates, enable the feature, and check that the parameter `Roles` matches the role.',
  'role-protected':
    'Set an execution role of your own on the function. Only AWS can change roles of its services and of IAM Identity Center.',
  'shared-role':
    'Give the function its own role and log group, use `cloudwatch-logs: deny`, or set `accept: shared-role`.',
  'role-policies-full':
    'Shorten the role’s inline policies, or ask an administrator to create a managed policy and set `deny-policy-arn`.',
  'foreign-policy':
    'Rename or delete that policy. This action does not change policies that it did not create.',
  'policy-not-narrowable': 'Use `cloudwatch-logs: deny`, which does not change existing policies.',
  'deny-policy-unusable': 'Check `deny-policy-arn`. The policy must exist in this account.',
  'log-loss':
    'Repair or select the functions that the report names, move the consumers of the log group to ClickStack first, allow the caller to read them if they were not checked, or set `accept: log-loss`.',
  'template-owned':
    'Add the lines that the report shows to the template and deploy it: the function is then accepted. Or set `accept: drift`. If no template owns the function, set `iac: none`.',
  'version-not-instrumented':
    'All versions of a function share its log group and role. Publish a version with Rotel and move the alias, provisioned concurrency or event source to it. The caller needs lambda:ListAliases, lambda:ListVersionsByFunction, lambda:ListProvisionedConcurrencyConfigs and lambda:ListEventSourceMappings.',
  'simulation-failed':
    'Allow the caller iam:SimulatePrincipalPolicy on the execution role, see docs/permissions.md.',
  'disabling-needs-invocation':
    'Enable the smoke test for the function and set a payload, or set `cloudwatch-logs: keep`.',
  'cloudwatch-not-disabled': 'Run the step with `mode: apply`.',
  'log-group-unreadable':
    'Allow the caller logs:FilterLogEvents, logs:DescribeLogStreams, logs:DescribeLogGroups, logs:DescribeSubscriptionFilters and logs:DescribeMetricFilters on the log group. Log groups of class INFREQUENT_ACCESS and DELIVERY cannot be searched: set `cloudwatch-logs: keep` for them.',
  'role-write-failed':
    'Allow the caller the IAM write actions that docs/permissions.md lists for `cloudwatch-logs`.',
  'denial-not-effective':
    'Check for a permissions boundary, an organization policy or a concurrent change. If IAM is only slow, raise `verify-timeout`.',
  'cloudwatch-still-written':
    'Check for a resource policy of CloudWatch Logs that allows the writes (`remove` does not check these), or use `cloudwatch-logs: deny`. If IAM is only slow, raise `verify-timeout`.',
  'telemetry-lost-after-disabling':
    'Run the step again. If the failure persists, check the function’s route to ClickStack.',
  'restore-not-seen':
    'Rotel stays on the function, so that its logs are not lost. Restore the permissions manually (delete the policy that the report names), then run the step again.',
  'restore-file-refused':
    'Omit `restore-file`: a minimal grant for the log group is then restored.',
  'alias-not-instrumented':
    'Publish a version with Rotel and move the alias to it: in the deployment, after this step, or with `publish-alias`. If that traffic is not meant to be observed, set `accept: unproven-aliases`.',
  'alias-not-found':
    'Create the alias in your deployment, correct `publish-alias`, or exclude the function.',
  'alias-weighted':
    'A gradual deployment, of CodeDeploy for example, is in progress. Wait until it has ended, and run the step again.',
  'alias-unreadable':
    'Allow the caller lambda:GetAlias and lambda:GetFunction on the function and its versions, see `publish-alias` in docs/permissions.md.',
  'alias-needs-invocation':
    'Let the smoke test invoke the function: a version is proven before an alias leads to it.',
  'alias-write-denied':
    'Allow the caller lambda:PublishVersion and lambda:UpdateAlias on the function, see docs/permissions.md.',
  'alias-not-moved': 'Run the step again. The alias leads to the version that it led to before.',
  'alias-changed':
    'Another user has moved the alias at the same time. Run one deployment at a time, and run the step again.',
  'publish-failed':
    'Read the detail, and check whether a version can be published by hand: `aws lambda publish-version`.',
  'provisioning-failed':
    'Check the provisioned concurrency of the alias and the concurrency limit of the account.',
  'cloudwatch-withheld':
    'This run did not edit the role: another function that the same edit reaches is not proven. Repair or exclude that function, then run the step again.',
  'would-go-dark':
    'IAM does not let the function write its log, and nothing of this action is known to be the cause. Allow logs:CreateLogStream and logs:PutLogEvents on its log group, restore the policies by `mode: remove` with `restore-file`, or add `log-loss` to `accept` if the function is meant to have no logs.',
  'rotel-missing':
    'Neither CloudWatch Logs nor ClickStack receives the function’s logs. Run the step with `mode: apply`.',
  // Writing.
  'write-denied':
    'Allow the caller lambda:UpdateFunctionConfiguration on the function. See `apply` in docs/permissions.md.',
  'write-refused': 'Correct the cause that Lambda reports, then run the step again.',
  'write-conflict': 'Run the step when no other deployment is in progress.',
  'write-failed': 'Run the step again.',
  'write-not-applied':
    'Check what answers in Lambda’s place: a proxy, or an endpoint set with AWS_ENDPOINT_URL. Then run the step again.',
  'update-failed': 'Correct the cause that Lambda reports, then run the step again.',
  // Smoke test.
  'extension-crash':
    'Check endpoint, headers and attributes, and the last log lines of the extension.',
  'secret-unresolved':
    'Check the ARN of the secret (account, region, name), that the execution role may read it, that a function in a VPC has a route to the store, and that the JSON contains the `#key` and only string values.',
  'extension-invalid-value':
    'Correct the variable in `rotel-environment`, on the function or in its env file.',
  'extension-bad-endpoint':
    'Set `endpoint` for all signals, or one endpoint for each of the three signals. Each is a URL with a scheme.',
  'extension-bad-exporter':
    'Set either ROTEL_EXPORTER or ROTEL_EXPORTERS. ROTEL_EXPORTERS may name only exporters that the layer contains and that support the signal.',
  'extension-bad-header':
    'Correct the header. A list is `name=value,name=value` without quotes; a name contains only letters, digits and `-`.',
  'extension-tls':
    'Remove the TLS key, certificate and authority, which this version of Rotel does not support. Use an endpoint with a certificate of a public authority.',
  'extension-log-filter': 'Correct or remove the function’s variable RUST_LOG.',
  'extension-env-file':
    'Add the file to the function’s package, correct `rotel-env-file`, or correct the line: `NAME=value`, with balanced quotes.',
  'extension-port-conflict':
    'Remove the other extension, or move Rotel’s receivers with ROTEL_OTLP_GRPC_ENDPOINT and ROTEL_OTLP_HTTP_ENDPOINT in `rotel-environment`.',
  'extension-glibc':
    'Rotel requires Amazon Linux 2023. Move the function to a newer runtime, or exclude it.',
  'extension-architecture':
    'Use `{arch}` in `layer-arn`, or set the ARN of a layer for the function’s architecture.',
  'init-error':
    'Check whether the function also fails without Rotel. If it does, its own code is the cause.',
  'runtime-exit':
    'Check whether the function also fails without Rotel. If it does, its own code is the cause.',
  'wrapper-missing':
    'Attach the layer that contains the file named in AWS_LAMBDA_EXEC_WRAPPER, or remove the variable.',
  'function-timeout':
    'Raise the function’s timeout. An endpoint that does not answer adds three seconds to each invocation.',
  'out-of-memory': 'Raise the function’s memory.',
  'function-error':
    'Set a payload that the handler accepts (`payload`, `payloads`), or set `accept: function-errors`.',
  'invoke-denied':
    'Allow the caller lambda:InvokeFunction on the function. docs/permissions.md has the policy of each mode.',
  'invoke-throttled':
    'Raise the function’s concurrency, or run the step when the function has less traffic.',
  'invoke-refused': 'Correct the cause that Lambda reports, then run the step again.',
  'invoke-failed': 'Run the step again. The invocation may have run.',
  // Proof.
  'no-verifier': 'Configure a verifier to prove that telemetry arrives in ClickStack.',
  'not-invoked': 'Set `smoke-test: always`, or configure a verifier.',
  'nothing-arrived':
    'The function cannot reach the endpoint, or the endpoint drops its data. Compare its VPC, security groups and routes with those of a function that works.',
  'export-blackhole':
    'Set `endpoint`, or correct ROTEL_EXPORTER or ROTEL_EXPORTERS on the function or in its env file.',
  'export-key-refused':
    'Correct `api-key`, or the value of the secret that it references (with `#key` for a field of JSON), and `api-key-scheme`. Open-source ClickStack requires `raw`, ClickHouse Observability (the managed service) requires `bearer`.',
  'export-not-found':
    'Correct `endpoint`: the server at this address is not ClickStack’s OTLP receiver.',
  'export-user-refused':
    'Correct `exporter-user` and `exporter-password`. The user needs INSERT on the tables.',
  'export-wrong-protocol':
    'Set `protocol`, or correct scheme and port of `endpoint`. By convention, 4317 is gRPC and 4318 is HTTP; ClickStack’s own ports have no TLS.',
  'export-refused':
    'Check the endpoint’s own log for what it refuses: a header that sets `content-type` or an encoding, or tables in another layout (`exporter-json`).',
  'export-dropped':
    'Remove ROTEL_BATCH_MAX_SIZE and ROTEL_LOGS_BATCH_MAX_SIZE, or raise them to at least 1000: Rotel drops what Lambda delivers at once if it is more than twice as large.',
  'export-unreachable':
    'Give the function a route to the endpoint (VPC, NAT, security group), or correct `endpoint`.',
  'service-name-mismatch':
    'Another setting, such as an env file, sets service.name. Set the same name in both places.',
  'proof-too-weak':
    'Log the request ID in the function, set `log-format: json`, or set `verify-level: environment`. If the rows do not tell the account, add `cloud.account.id=<account>` to ROTEL_OTEL_RESOURCE_ATTRIBUTES in the template, or leave out the env file.',
  'traces-missing': 'Check that the instrumentation exports to localhost:4318 or localhost:4317.',
  'arrived-late': 'Raise `verify-timeout`.',
  'no-traffic': 'Invoke the function, raise `verify-timeout`, or set `on-no-traffic: keep`.',
  'verifier-failed':
    'Check `clickhouse-url`, `clickhouse-user`, `clickhouse-password` and `clickhouse-database`, or `hyperdx-url` and `hyperdx-api-key`, and that the runner can reach that address. If ClickHouse is only slow to wake up, raise `verify-timeout`.',
  'control-record-lost':
    'Check that `endpoint` and the verifier belong to the same ClickStack: key, database and table. If ClickStack only takes longer, raise `verify-timeout`.',
  // Course of the run.
  'no-change': 'No action is needed. Run `mode: apply` to prove it.',
  'nothing-to-remove': 'No action is needed.',
  stopped:
    'Correct the cause of the failures, then run the step again. If `max-unproven` stopped the run, raise it, or invoke the functions.',
  'out-of-time':
    'Raise `timeout-minutes`, or split the functions over several runs. If the credentials expire before, sign in right before this step, or raise `role-duration-seconds` of aws-actions/configure-aws-credentials.',
  cancelled: 'Run the step again.',
  'journal-failed':
    'Each change is recorded under RUNNER_TEMP before it is made, so that it can be undone. Make that folder and the file of GITHUB_STATE writable, free disk space, and run the step again. See docs/runners.md.',
  'unexpected-error':
    'This is an error in this action. Run the step again with debug logging, and report it.',
  // Rollback.
  'rollback-failed': 'Correct by hand what the report lists, or run the step with `mode: remove`.',
} as const satisfies Readonly<Record<string, string>>

export type Reason = keyof typeof REMEDIES
