/** The lines that set layers and variables in a template, in the language of its tool. */

import type { Carried } from './carried'
import type { Tool } from './owner'

export interface Snippet {
  readonly language: 'yaml' | 'hcl' | 'ts'
  readonly lines: readonly string[]
}

export function snippetFor(tool: Tool, { layers, variables }: Carried): Snippet {
  const pairs = [...variables]
  switch (tool) {
    case 'cloudformation':
    case 'sam':
      return {
        language: 'yaml',
        lines: [
          `# In the function's Properties (${tool === 'sam' ? 'AWS::Serverless::Function' : 'AWS::Lambda::Function'})`,
          'Layers:',
          ...layers.map((arn) => `  - ${yaml(arn)}`),
          'Environment:',
          '  Variables:',
          ...pairs.map(([name, value]) => `    ${name}: ${yaml(value)}`),
        ],
      }
    case 'serverless':
      return {
        language: 'yaml',
        lines: [
          "# In the function's section of serverless.yml",
          'layers:',
          ...layers.map((arn) => `  - ${yaml(arn)}`),
          'environment:',
          ...pairs.map(([name, value]) => `  ${name}: ${yaml(unresolved(value))}`),
        ],
      }
    case 'cdk':
      return {
        language: 'ts',
        lines: [
          ...layers.map(
            (arn, index) =>
              `fn.addLayers(lambda.LayerVersion.fromLayerVersionArn(this, ${JSON.stringify(`ClickStackLayer${String(index + 1)}`)}, ${JSON.stringify(arn)}))`,
          ),
          ...pairs.map(
            ([name, value]) =>
              `fn.addEnvironment(${JSON.stringify(name)}, ${JSON.stringify(value)})`,
          ),
        ],
      }
    case 'terraform':
      return {
        language: 'hcl',
        lines: [
          '# In the aws_lambda_function, in addition to existing layers and variables',
          `layers = [${layers.map(hcl).join(', ')}]`,
          'environment {',
          '  variables = {',
          ...pairs.map(([name, value]) => `    ${name} = ${hcl(value)}`),
          '  }',
          '}',
        ],
      }
  }
}

/** Single quotes: nothing but the quote itself is special in them. */
function yaml(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** Serverless takes `${…}` for a variable of its own unless a backslash stands before it (serverless, lib/configuration/variables/parse.js). */
function unresolved(value: string): string {
  return value.replaceAll('${', '\\${')
}

/** HCL's strings are JSON's, but for its own templates (HCL native syntax specification, "Template Expressions"). */
function hcl(value: string): string {
  return JSON.stringify(value)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
}
