# Made from docs/permissions.md by `npm run docs`: not edited by hand.

variable "repository" {
  type        = string
  description = "Your GitHub repository, as YOUR-ORG/YOUR-REPO"
}

variable "environment" {
  type        = string
  description = "The GitHub environment whose jobs may configure and verify"
  default     = "production"
}

variable "verify_environment" {
  type        = string
  description = "The GitHub environment whose jobs may verify, if it is another one"
  default     = ""
}

variable "branch" {
  type        = string
  description = "The branch whose scheduled jobs may plan, beside pull requests"
  default     = "main"
}

variable "role_prefix" {
  type        = string
  description = "The beginning of the names of the roles"
  default     = "clickstack-lambda"
}

variable "oidc_provider_arn" {
  type        = string
  description = "ARN of the identity provider of GitHub, if the account has it already"
  default     = ""
}

variable "regions" {
  type        = string
  description = "The region of the functions, or a pattern"
  default     = "*"
}

variable "functions" {
  type        = string
  description = "Name of the functions, or a pattern such as shop-*"
}

variable "roles" {
  type        = string
  description = "Name of their execution roles, or a pattern; with a path: path/name"
}

variable "secrets" {
  type        = string
  description = "Name of the secrets in Secrets Manager, or a pattern"
  default     = "clickstack*"
}

variable "managed_policies" {
  type        = string
  description = "For cloudwatch-logs: remove: name of the policies that the roles have attached, or a pattern"
  default     = "none"
}

variable "grant_secret_access" {
  type        = bool
  description = "Switches on what grant-secret-access needs"
  default     = false
}

variable "deny_cloudwatch_logs" {
  type        = bool
  description = "Switches on what cloudwatch-logs: deny needs"
  default     = false
}

variable "remove_cloudwatch_logs" {
  type        = bool
  description = "Switches on what cloudwatch-logs: remove needs"
  default     = false
}

variable "publish_alias" {
  type        = bool
  description = "Switches on what publish-alias needs"
  default     = false
}

variable "auto_instrumentation" {
  type        = bool
  description = "Switches on what auto-instrumentation needs"
  default     = false
}

variable "select_by_tags" {
  type        = bool
  description = "Switches on what function-tags and stack needs"
  default     = false
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.oidc_provider_arn == "" ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  oidc_provider      = var.oidc_provider_arn == "" ? aws_iam_openid_connect_provider.github[0].arn : var.oidc_provider_arn
  verify_environment = var.verify_environment == "" ? var.environment : var.verify_environment
}

resource "aws_iam_role" "apply" {
  name = "${var.role_prefix}-apply"
  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Effect" : "Allow",
        "Principal" : {
          "Federated" : "${local.oidc_provider}"
        },
        "Action" : "sts:AssumeRoleWithWebIdentity",
        "Condition" : {
          "StringEquals" : {
            "token.actions.githubusercontent.com:aud" : "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub" : [
              "repo:${var.repository}:environment:${var.environment}"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_apply" {
  name = "Apply"
  role = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Functions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetFunction",
          "lambda:ListTags",
          "lambda:InvokeFunction",
          "lambda:UpdateFunctionConfiguration"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "Patterns",
        "Effect" : "Allow",
        "Action" : "lambda:ListFunctions",
        "Resource" : "*"
      },
      {
        "Sid" : "Layers",
        "Effect" : "Allow",
        "Action" : "lambda:GetLayerVersion",
        "Resource" : [
          "arn:aws:lambda:*:418653438961:layer:rotel-extension-*:*",
          "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:layer:*:*"
        ]
      },
      {
        "Sid" : "Versions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListAliases",
          "lambda:ListVersionsByFunction",
          "lambda:ListProvisionedConcurrencyConfigs"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "EventSources",
        "Effect" : "Allow",
        "Action" : "lambda:ListEventSourceMappings",
        "Resource" : "*"
      },
      {
        "Sid" : "Roles",
        "Effect" : "Allow",
        "Action" : [
          "iam:SimulatePrincipalPolicy",
          "iam:GetRole"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "ColdStarts",
        "Effect" : "Allow",
        "Action" : "logs:FilterLogEvents",
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_remove" {
  name = "Remove"
  role = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Functions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetFunction",
          "lambda:InvokeFunction",
          "lambda:UpdateFunctionConfiguration"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "Patterns",
        "Effect" : "Allow",
        "Action" : "lambda:ListFunctions",
        "Resource" : "*"
      },
      {
        "Sid" : "Layers",
        "Effect" : "Allow",
        "Action" : "lambda:GetLayerVersion",
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:layer:*:*"
      },
      {
        "Sid" : "Versions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListAliases",
          "lambda:ListVersionsByFunction",
          "lambda:ListProvisionedConcurrencyConfigs"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "EventSources",
        "Effect" : "Allow",
        "Action" : "lambda:ListEventSourceMappings",
        "Resource" : "*"
      },
      {
        "Sid" : "Roles",
        "Effect" : "Allow",
        "Action" : [
          "iam:SimulatePrincipalPolicy",
          "iam:ListRolePolicies"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_secrets" {
  name = "Secrets"
  role = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Secrets",
        "Effect" : "Allow",
        "Action" : "secretsmanager:DescribeSecret",
        "Resource" : "arn:${data.aws_partition.current.partition}:secretsmanager:${var.regions}:${data.aws_caller_identity.current.account_id}:secret:${var.secrets}"
      },
      {
        "Sid" : "Parameters",
        "Effect" : "Allow",
        "Action" : "ssm:DescribeParameters",
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_grant_secret_access" {
  count = var.grant_secret_access ? 1 : 0
  name  = "GrantSecretAccess"
  role  = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:PutRolePolicy",
          "iam:DeleteRolePolicy"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_deny_cloudwatch_logs" {
  count = var.deny_cloudwatch_logs ? 1 : 0
  name  = "DenyCloudWatchLogs"
  role  = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetRole",
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:PutRolePolicy",
          "iam:DeleteRolePolicy"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "LogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:DescribeMetricFilters",
          "logs:DescribeSubscriptionFilters"
        ],
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      },
      {
        "Sid" : "AllLogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogGroups",
          "cloudwatch:GetMetricData"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_remove_cloudwatch_logs" {
  count = var.remove_cloudwatch_logs ? 1 : 0
  name  = "RemoveCloudWatchLogs"
  role  = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetRole",
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:PutRolePolicy",
          "iam:DeleteRolePolicy",
          "iam:AttachRolePolicy",
          "iam:DetachRolePolicy"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "ReadPolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetPolicy",
          "iam:GetPolicyVersion",
          "iam:ListPolicyVersions"
        ],
        "Resource" : [
          "arn:aws:iam::aws:policy/*",
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.managed_policies}"
        ]
      },
      {
        "Sid" : "WritePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:CreatePolicyVersion",
          "iam:SetDefaultPolicyVersion",
          "iam:DeletePolicyVersion"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.managed_policies}"
      },
      {
        "Sid" : "LogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:DescribeMetricFilters",
          "logs:DescribeSubscriptionFilters"
        ],
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      },
      {
        "Sid" : "AllLogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogGroups",
          "cloudwatch:GetMetricData"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_publish_alias" {
  count = var.publish_alias ? 1 : 0
  name  = "PublishAlias"
  role  = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "VersionAndAlias",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetAlias",
          "lambda:GetProvisionedConcurrencyConfig",
          "lambda:PublishVersion",
          "lambda:UpdateAlias"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_auto_instrumentation" {
  count = var.auto_instrumentation ? 1 : 0
  name  = "AutoInstrumentation"
  role  = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "InstrumentationLayers",
        "Effect" : "Allow",
        "Action" : "lambda:GetLayerVersion",
        "Resource" : [
          "arn:aws:lambda:*:184161586896:layer:opentelemetry-*:*",
          "arn:aws:lambda:*:901920570463:layer:aws-otel-*:*"
        ]
      }
    ]
  })
}

resource "aws_iam_role_policy" "apply_select_by_tags" {
  count = var.select_by_tags ? 1 : 0
  name  = "SelectByTags"
  role  = aws_iam_role.apply.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Tags",
        "Effect" : "Allow",
        "Action" : "tag:GetResources",
        "Resource" : "*"
      }
    ]
  })
}

output "apply_role_arn" {
  value = aws_iam_role.apply.arn
}

resource "aws_iam_role" "verify" {
  name = "${var.role_prefix}-verify"
  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Effect" : "Allow",
        "Principal" : {
          "Federated" : "${local.oidc_provider}"
        },
        "Action" : "sts:AssumeRoleWithWebIdentity",
        "Condition" : {
          "StringEquals" : {
            "token.actions.githubusercontent.com:aud" : "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub" : [
              "repo:${var.repository}:environment:${local.verify_environment}"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "verify_verify" {
  name = "Verify"
  role = aws_iam_role.verify.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Functions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetFunction",
          "lambda:ListTags",
          "lambda:InvokeFunction"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "Patterns",
        "Effect" : "Allow",
        "Action" : "lambda:ListFunctions",
        "Resource" : "*"
      },
      {
        "Sid" : "Versions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListAliases",
          "lambda:ListVersionsByFunction",
          "lambda:ListProvisionedConcurrencyConfigs"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "EventSources",
        "Effect" : "Allow",
        "Action" : "lambda:ListEventSourceMappings",
        "Resource" : "*"
      },
      {
        "Sid" : "Roles",
        "Effect" : "Allow",
        "Action" : "iam:SimulatePrincipalPolicy",
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "verify_secrets" {
  name = "Secrets"
  role = aws_iam_role.verify.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Secrets",
        "Effect" : "Allow",
        "Action" : "secretsmanager:DescribeSecret",
        "Resource" : "arn:${data.aws_partition.current.partition}:secretsmanager:${var.regions}:${data.aws_caller_identity.current.account_id}:secret:${var.secrets}"
      },
      {
        "Sid" : "Parameters",
        "Effect" : "Allow",
        "Action" : "ssm:DescribeParameters",
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "verify_deny_cloudwatch_logs" {
  count = var.deny_cloudwatch_logs ? 1 : 0
  name  = "DenyCloudWatchLogs"
  role  = aws_iam_role.verify.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetRole",
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "LogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:DescribeMetricFilters",
          "logs:DescribeSubscriptionFilters"
        ],
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      },
      {
        "Sid" : "AllLogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogGroups",
          "cloudwatch:GetMetricData"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "verify_remove_cloudwatch_logs" {
  count = var.remove_cloudwatch_logs ? 1 : 0
  name  = "RemoveCloudWatchLogs"
  role  = aws_iam_role.verify.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetRole",
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "ReadPolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetPolicy",
          "iam:GetPolicyVersion",
          "iam:ListPolicyVersions"
        ],
        "Resource" : [
          "arn:aws:iam::aws:policy/*",
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.managed_policies}"
        ]
      },
      {
        "Sid" : "LogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:DescribeMetricFilters",
          "logs:DescribeSubscriptionFilters"
        ],
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      },
      {
        "Sid" : "AllLogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogGroups",
          "cloudwatch:GetMetricData"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "verify_select_by_tags" {
  count = var.select_by_tags ? 1 : 0
  name  = "SelectByTags"
  role  = aws_iam_role.verify.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Tags",
        "Effect" : "Allow",
        "Action" : "tag:GetResources",
        "Resource" : "*"
      }
    ]
  })
}

output "verify_role_arn" {
  value = aws_iam_role.verify.arn
}

resource "aws_iam_role" "plan" {
  name = "${var.role_prefix}-plan"
  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Effect" : "Allow",
        "Principal" : {
          "Federated" : "${local.oidc_provider}"
        },
        "Action" : "sts:AssumeRoleWithWebIdentity",
        "Condition" : {
          "StringEquals" : {
            "token.actions.githubusercontent.com:aud" : "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub" : [
              "repo:${var.repository}:pull_request",
              "repo:${var.repository}:ref:refs/heads/${var.branch}"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_plan" {
  name = "Plan"
  role = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Functions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetFunction",
          "lambda:ListTags"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "Patterns",
        "Effect" : "Allow",
        "Action" : "lambda:ListFunctions",
        "Resource" : "*"
      },
      {
        "Sid" : "Layers",
        "Effect" : "Allow",
        "Action" : "lambda:GetLayerVersion",
        "Resource" : [
          "arn:aws:lambda:*:418653438961:layer:rotel-extension-*:*",
          "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:layer:*:*"
        ]
      },
      {
        "Sid" : "Versions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListAliases",
          "lambda:ListVersionsByFunction",
          "lambda:ListProvisionedConcurrencyConfigs"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "EventSources",
        "Effect" : "Allow",
        "Action" : "lambda:ListEventSourceMappings",
        "Resource" : "*"
      },
      {
        "Sid" : "Roles",
        "Effect" : "Allow",
        "Action" : [
          "iam:SimulatePrincipalPolicy",
          "iam:GetRole"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_secrets" {
  name = "Secrets"
  role = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Secrets",
        "Effect" : "Allow",
        "Action" : "secretsmanager:DescribeSecret",
        "Resource" : "arn:${data.aws_partition.current.partition}:secretsmanager:${var.regions}:${data.aws_caller_identity.current.account_id}:secret:${var.secrets}"
      },
      {
        "Sid" : "Parameters",
        "Effect" : "Allow",
        "Action" : "ssm:DescribeParameters",
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_grant_secret_access" {
  count = var.grant_secret_access ? 1 : 0
  name  = "GrantSecretAccess"
  role  = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:ListRolePolicies",
          "iam:GetRolePolicy"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_deny_cloudwatch_logs" {
  count = var.deny_cloudwatch_logs ? 1 : 0
  name  = "DenyCloudWatchLogs"
  role  = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetRole",
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "LogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:DescribeMetricFilters",
          "logs:DescribeSubscriptionFilters"
        ],
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      },
      {
        "Sid" : "AllLogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogGroups",
          "cloudwatch:GetMetricData"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_remove_cloudwatch_logs" {
  count = var.remove_cloudwatch_logs ? 1 : 0
  name  = "RemoveCloudWatchLogs"
  role  = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "RolePolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetRole",
          "iam:ListRolePolicies",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      },
      {
        "Sid" : "ReadPolicies",
        "Effect" : "Allow",
        "Action" : [
          "iam:GetPolicy",
          "iam:GetPolicyVersion",
          "iam:ListPolicyVersions"
        ],
        "Resource" : [
          "arn:aws:iam::aws:policy/*",
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.managed_policies}"
        ]
      },
      {
        "Sid" : "LogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:DescribeMetricFilters",
          "logs:DescribeSubscriptionFilters"
        ],
        "Resource" : [
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}",
          "arn:${data.aws_partition.current.partition}:logs:${var.regions}:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/${var.functions}:*"
        ]
      },
      {
        "Sid" : "AllLogGroups",
        "Effect" : "Allow",
        "Action" : [
          "logs:DescribeLogGroups",
          "cloudwatch:GetMetricData"
        ],
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_publish_alias" {
  count = var.publish_alias ? 1 : 0
  name  = "PublishAlias"
  role  = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Alias",
        "Effect" : "Allow",
        "Action" : "lambda:GetAlias",
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_auto_instrumentation" {
  count = var.auto_instrumentation ? 1 : 0
  name  = "AutoInstrumentation"
  role  = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "InstrumentationLayers",
        "Effect" : "Allow",
        "Action" : "lambda:GetLayerVersion",
        "Resource" : [
          "arn:aws:lambda:*:184161586896:layer:opentelemetry-*:*",
          "arn:aws:lambda:*:901920570463:layer:aws-otel-*:*"
        ]
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_select_by_tags" {
  count = var.select_by_tags ? 1 : 0
  name  = "SelectByTags"
  role  = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Tags",
        "Effect" : "Allow",
        "Action" : "tag:GetResources",
        "Resource" : "*"
      }
    ]
  })
}

resource "aws_iam_role_policy" "plan_dry_run" {
  name = "DryRun"
  role = aws_iam_role.plan.name
  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "Functions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetFunction"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "Patterns",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListFunctions"
        ],
        "Resource" : "*"
      },
      {
        "Sid" : "Layers",
        "Effect" : "Allow",
        "Action" : [
          "lambda:GetLayerVersion"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:layer:*:*"
      },
      {
        "Sid" : "Versions",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListAliases",
          "lambda:ListVersionsByFunction",
          "lambda:ListProvisionedConcurrencyConfigs"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:lambda:${var.regions}:${data.aws_caller_identity.current.account_id}:function:${var.functions}"
      },
      {
        "Sid" : "EventSources",
        "Effect" : "Allow",
        "Action" : [
          "lambda:ListEventSourceMappings"
        ],
        "Resource" : "*"
      },
      {
        "Sid" : "Roles",
        "Effect" : "Allow",
        "Action" : [
          "iam:SimulatePrincipalPolicy",
          "iam:ListRolePolicies"
        ],
        "Resource" : "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.roles}"
      }
    ]
  })
}

output "plan_role_arn" {
  value = aws_iam_role.plan.arn
}
