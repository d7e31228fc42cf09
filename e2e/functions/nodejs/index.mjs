/** Prints a line, as structured data too, and answers. */
export async function handler(event) {
  console.log('hello from node.js')
  console.error(JSON.stringify({ level: 'error', message: 'a line with a severity' }))
  return { received: Object.keys(event ?? {}).length }
}
