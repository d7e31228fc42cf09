/** The job summary as a page, as GitHub shows it: with GitHub's style sheet, light and dark, and its charts drawn. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Marked } from 'marked'

export interface PageOptions {
  /** `auto`: as the browser is set. */
  readonly scheme?: 'auto' | 'light' | 'dark'
  /** Path of a Mermaid that draws the charts, as GitHub does; without it they are drawn as plain bars. */
  readonly mermaid?: string
}

const require = createRequire(import.meta.url)

/** Paths of GitHub's style sheet. */
const STYLES = {
  auto: require.resolve('github-markdown-css/github-markdown.css'),
  light: require.resolve('github-markdown-css/github-markdown-light.css'),
  dark: require.resolve('github-markdown-css/github-markdown-dark.css'),
}

export function summaryPage(
  markdown: string,
  { scheme = 'auto', mermaid }: PageOptions = {},
): string {
  const html = new Marked({ gfm: true, async: false }).parse(markdown, { async: false })
  const body = html.replace(CHART, (_, text: string) =>
    mermaid === undefined ? bars(text) : `<div class="mermaid">${text}</div>`,
  )
  const style = readFileSync(STYLES[scheme], 'utf8')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="${scheme === 'auto' ? 'light dark' : scheme}">
<title>Job summary</title>
<style>
${style}
  html { background: ${scheme === 'dark' ? '#0d1117' : '#fff'} }
  ${scheme === 'auto' ? '@media (prefers-color-scheme: dark) { html { background: #0d1117 } }' : ''}
  body { margin: 0 }
  .markdown-body { box-sizing: border-box; max-width: 1060px; margin: 0 auto; padding: 24px; font-family: -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif }
  .mermaid, .bars { margin-bottom: 16px }
  .bars { border-spacing: 0 3px; font-size: 13px }
  .bars span { display: inline-block; height: 12px; background: #2f81f7; margin-right: 8px }
</style>
<article class="markdown-body">
${body}
</article>
${mermaid === undefined ? '' : drawing(mermaid, scheme)}
</html>
`
}

const CHART = /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g

function drawing(path: string, scheme: string): string {
  return `<script src="${path}"></script>
<script>
  mermaid.initialize({ startOnLoad: false, theme: '${scheme === 'dark' ? 'dark' : 'default'}' })
  mermaid.run().finally(() => {
    const [article, chart] = ['article', '.mermaid'].map((what) => document.querySelector(what))
    const { dataset } = document.documentElement
    dataset.height = Math.ceil(article.getBoundingClientRect().height)
    dataset.charts = Math.ceil((chart?.previousElementSibling ?? article).getBoundingClientRect()[chart ? 'top' : 'height'])
  })
</script>`
}

/** Longest bar, in pixels. */
const LONGEST = 480

/** Of an xychart with horizontal bars: each with its label and, of the first series, its figure. */
function bars(text: string): string {
  const chart = text.replaceAll('&quot;', '"')
  const labels = [...(/x-axis \[(.*)\]/.exec(chart)?.[1] ?? '').matchAll(/"([^"]*)"/g)]
  const series = [...chart.matchAll(/^ *bar \[(.*)\]/gm)].map(([, values = '']) =>
    values.split(', ').map(Number),
  )
  const [first = []] = series
  const most = Math.max(1, ...first)
  const rows = labels.map(([, label = ''], index) => {
    const value = first[index] ?? 0
    const before = series[1]?.[index] ?? 0
    const width = (of: number) => String(Math.round((of / most) * LONGEST))
    const gray = `linear-gradient(90deg, #8b949e ${width(before)}px, #2f81f7 0)`
    return `<tr><td>${label}</td><td><span style="width: ${width(value)}px; background: ${gray}"></span>${String(value)}</td></tr>`
  })
  return `<table class="bars">${rows.join('')}</table>`
}
