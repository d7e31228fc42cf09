/** Reads a step's standard output as the runner does: workflow commands are carried out, the rest is the log. */

interface ShownAnnotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
}

export interface InterpretedLog {
  /** What is shown to people, before masks are laid over it. */
  readonly log: readonly string[]
  /** Values that the runner was told to mask. */
  readonly masks: readonly string[]
  readonly annotations: readonly ShownAnnotation[]
  /** Commands that this runner does not let a step give on its standard output. */
  readonly otherCommands: readonly string[]
}

const COMMAND = /^::([a-z-]+)(?: ([^:]*(?::[^:]+)*?))?::(.*)$/

/**
 * The older form, which the runner looks for anywhere in a line (actions/runner, ActionCommand.cs). The action never
 * uses it, so it is somebody else's.
 */
const OLDER_COMMAND =
  /##\[(add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)( [^\]]*)?\]/

export function interpretLog(stdout: string): InterpretedLog {
  const log: string[] = []
  const masks: string[] = []
  const annotations: ShownAnnotation[] = []
  const otherCommands: string[] = []
  let resumeToken: string | undefined
  // The runner takes each of these for the end of a line (.NET, StreamReader.ReadLine).
  for (const line of stdout.split(/\r\n|\n|\r/)) {
    if (resumeToken !== undefined) {
      if (line.trim() === `::${resumeToken}::`) resumeToken = undefined
      else log.push(line)
      continue
    }
    // The runner looks for a command after blanks at the start of a line, too.
    const [, command, properties = '', data = ''] = COMMAND.exec(line.trimStart()) ?? []
    switch (command) {
      case undefined:
        if (OLDER_COMMAND.test(line)) otherCommands.push(line)
        log.push(line)
        break
      case 'add-mask':
        masks.push(unescape(data))
        break
      case 'stop-commands':
        resumeToken = data
        break
      case 'error':
      case 'warning':
      case 'notice':
        annotations.push({
          level: command,
          title: property(properties, 'title'),
          message: unescape(data),
        })
        log.push(`${command}: ${unescape(data)}`)
        break
      case 'debug':
        log.push(`debug: ${unescape(data)}`)
        break
      case 'group':
        log.push(`▸ ${unescape(data)}`)
        break
      case 'endgroup':
        break
      default:
        otherCommands.push(line)
    }
  }
  // Nothing that was printed since was a command.
  if (resumeToken !== undefined) otherCommands.push(`::stop-commands::${resumeToken}`)
  return { log, masks, annotations, otherCommands }
}

function property(properties: string, name: string): string {
  const found = properties.split(',').find((part) => part.startsWith(`${name}=`))
  return unescape(found?.slice(name.length + 1) ?? '')
}

/** The escapes of @actions/core, command.ts. */
function unescape(text: string): string {
  return text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%')
}
