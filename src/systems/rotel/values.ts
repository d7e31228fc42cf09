/**
 * What Rotel can parse. It reads headers and resource attributes as `k=v,k=v`: trimmed as a whole, split at every
 * comma, each item at its first `=`; no escapes, no quoting, items not trimmed (rotel v0.2.4, src/init/parse.rs).
 * The functions here return the end of a sentence that says why something does not work, or `undefined`.
 */

/** Why `value` cannot be the value of an item in such a list. */
export function faultInListValue(value: string): string | undefined {
  return (
    faultOfEmptyOrControl(value) ??
    (value.includes(',')
      ? 'holds a comma: Rotel splits its lists at every comma and has no escape for one'
      : undefined) ??
    (/['"]/.test(value)
      ? 'holds a quote: Rotel keeps quotes as part of the text, and fails at start or sends them along'
      : undefined) ??
    faultOfBlanksAtTheEdge(value)
  )
}

/** Why `value` cannot be the value of a header. HTTP/2 and gRPC libraries refuse other characters. */
export function faultInHeaderValue(value: string): string | undefined {
  return (
    faultInListValue(value) ??
    (/[^\x20-\x7e]/.test(value)
      ? 'holds a character outside ASCII: Rotel cannot send it in a header'
      : undefined)
  )
}

/** Why `name` cannot be the name of an item in such a list. */
export function faultInListName(name: string): string | undefined {
  if (name === '') return 'has no name before the `=`'
  if (/\s/.test(name)) {
    return 'has a blank in its name: Rotel does not trim items, the blank would become part of the name'
  }
  if (/[,'"\p{Cc}]/u.test(name)) {
    return 'has a comma, a quote or a control character in its name: Rotel splits at commas and keeps quotes'
  }
  return undefined
}

/** Why `name` cannot be the name of a header: RFC 9110 allows only these characters. */
export function faultInHeaderName(name: string): string | undefined {
  return (
    faultInListName(name) ??
    (/^[!#$%&*+.^_`|~0-9A-Za-z-]+$/.test(name)
      ? undefined
      : 'has a character in its name that HTTP headers cannot have')
  )
}

/**
 * Why `value` cannot be the value of a whole variable. Commas may be meant there (`OTEL_PROPAGATORS=b3,baggage`) and so
 * may quotes inside; quotes around it are a shell's, and Lambda keeps them.
 */
export function faultInVariable(value: string): string | undefined {
  return (
    faultOfEmptyOrControl(value) ??
    (/^['"]|['"]$/.test(value)
      ? 'begins or ends with a quote: Lambda keeps quotes as part of the value, and Rotel fails at start'
      : undefined) ??
    faultOfBlanksAtTheEdge(value)
  )
}

/** Why `text` is not a `k=v,k=v` list: an item without `=` ends Rotel with `invalid KEY=value`. */
export function faultInList(text: string): string | undefined {
  const items = text.split(',').filter((item) => item !== '')
  const faulty = items.some((item) => faultInListName(item.split('=', 1)[0] ?? '') !== undefined)
  if (items.some((item) => !item.includes('=')) || faulty || /['"]/.test(text)) {
    return 'is not a list `name=value,name=value` without blanks around names and without quotes, as Rotel needs it'
  }
  return undefined
}

/** Why Rotel would misread an OTLP endpoint: it knows only these two schemes (src/exporters/otlp/request.rs). */
export function faultInEndpointScheme(url: string): string | undefined {
  return /^https?:\/\//.test(url)
    ? undefined
    : 'has no scheme `http://` or `https://`: Rotel would take a name without one for plain HTTP, and fails on an address'
}

function faultOfEmptyOrControl(value: string): string | undefined {
  if (value === '') return 'has no value; did a secret or variable expand to nothing?'
  if (/[\r\n]/.test(value)) return 'holds a line break, which Rotel cannot carry'
  if (/\p{Cc}/u.test(value)) return 'holds a control character, which Rotel cannot carry'
  return undefined
}

function faultOfBlanksAtTheEdge(value: string): string | undefined {
  return value === value.trim()
    ? undefined
    : 'begins or ends with a blank: Rotel would keep it in one place and cut it off in another'
}
