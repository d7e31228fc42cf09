/** A question that is asked once, however many ask it: all get the same answer, which is of one moment. */

/** @param keyOf tells questions apart */
export function once<Given, Answer>(
  keyOf: (given: Given) => string,
  ask: (given: Given) => Promise<Answer>,
): (given: Given) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return (given) => {
    const key = keyOf(given)
    const answer = asked.get(key) ?? ask(given)
    asked.set(key, answer)
    return answer
  }
}
