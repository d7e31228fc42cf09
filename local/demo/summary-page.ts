/** The job summary as a page, about as GitHub shows it. */

import { Marked } from 'marked'

const ALERT = /<blockquote>\s*<p>\[!(WARNING|NOTE|IMPORTANT)\]\s*/g

export function summaryPage(markdown: string): string {
  const body = new Marked({ gfm: true, async: false })
    .parse(markdown, { async: false })
    .replace(ALERT, (_, kind: string) => `<blockquote class="${kind.toLowerCase()}"><p>`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Job summary</title>
<style>
  body { font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; color: #1f2328; max-width: 1012px; margin: 32px auto; padding: 0 24px }
  h2 { font-size: 24px; padding-bottom: .3em; border-bottom: 1px solid #d1d9e0 }
  table { border-collapse: collapse; display: block; overflow: auto }
  th, td { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left }
  tr:nth-child(2n) { background: #f6f8fa }
  code { font: 85% ui-monospace, "DejaVu Sans Mono", monospace; background: #818b981f; border-radius: 6px; padding: .2em .4em }
  pre { background: #f6f8fa; border-radius: 6px; padding: 16px; overflow: auto }
  pre code { background: none; padding: 0 }
  details { margin: 0 0 16px }
  blockquote { margin: 0 0 16px; padding: 0 1em; color: #59636e; border-left: .25em solid #d1d9e0 }
  blockquote.warning { border-color: #9a6700 }
</style>
${body}
</html>
`
}
