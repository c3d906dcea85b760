/**
 * Which numbers of the emulator's checklist and of the scenarios have a test? `npm run coverage:scenarios` prints them by group
 * and ends with 1 when one is missing. The numbers come from the documents, the titles from the tests as vitest collects them.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createVitest, type TestCase, type TestModule, type TestSuite } from 'vitest/node'

/** A list of numbered sentences with the tests that may show them. */
interface NumberedList {
  readonly document: string
  /** Beginning of a heading of a group in the document; every other heading ends the group. */
  readonly group: RegExp
  /** What a title says before its colon; its group `numbers` holds them. */
  readonly title: RegExp
  readonly isItsTest: (file: string) => boolean
}

const isEmulatorTest = (file: string): boolean => /^test\/(?:emulator|contract)\//.test(file)

const lists: readonly NumberedList[] = [
  {
    document: 'docs/emulator.md',
    group: /^#+ (?<name>7\.[A-H]) /,
    title: /^(?<name>7\.[A-H]) (?<numbers>\d+(?:, \d+)*):/,
    isItsTest: isEmulatorTest,
  },
  {
    document: 'docs/scenarios.md',
    group: /^#+ (?<name>F-[a-z]) /,
    title: /^(?<numbers>\d+(?:, \d+)*):/,
    isItsTest: (file) => !isEmulatorTest(file),
  },
]

interface CollectedTest {
  readonly file: string
  /** The title, and those of the blocks around it. */
  readonly titles: readonly string[]
}

/** Group → its numbers, in the order of the document. */
function readNumbers({ document, group }: NumberedList): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>()
  let current: number[] | undefined
  for (const line of readFileSync(fileURLToPath(new URL(`../../${document}`, import.meta.url)), 'utf8').split('\n')) {
    if (line.startsWith('#')) {
      const name = group.exec(line)?.groups?.name
      current = name === undefined ? undefined : []
      if (name !== undefined && current !== undefined) groups.set(name, current)
    }
    const number = /^\| (\d+) \|/.exec(line)?.[1]
    if (number !== undefined) current?.push(Number(number))
  }
  if (groups.size === 0) throw new Error(`${document} has no group of numbers`)
  return groups
}

async function collectTests(): Promise<readonly CollectedTest[]> {
  const vitest = await createVitest({ watch: false, reporters: [] })
  try {
    const { testModules } = await vitest.collect([], { staticParse: false })
    return testModules.flatMap(testsOf)
  } finally {
    await vitest.close()
  }
}

/** The tests of a file that really run: a test that is skipped or still to be written shows nothing. */
function testsOf(file: TestModule): readonly CollectedTest[] {
  if (file.errors().length > 0) throw new Error(`${file.relativeModuleId}: ${file.errors()[0]?.message}`)
  return [...file.children.allTests()]
    .filter(({ options }) => options.mode === 'run' || options.mode === 'only')
    .map((test) => ({ file: file.relativeModuleId, titles: titlesOf(test) }))
}

function titlesOf(node: TestCase | TestSuite): readonly string[] {
  return node.parent.type === 'module' ? [node.name] : [node.name, ...titlesOf(node.parent)]
}

/** Whether a title names a number; in the checklist, under the letter of its group. */
function names(list: NumberedList, group: string, number: number): (title: string) => boolean {
  return (title) => {
    const { name = group, numbers = '' } = list.title.exec(title)?.groups ?? {}
    return name === group && numbers.split(', ').includes(String(number))
  }
}

function report(list: NumberedList, tests: readonly CollectedTest[]): { readonly missing: number } {
  const titles = tests.filter(({ file }) => list.isItsTest(file)).flatMap((test) => test.titles)
  print(`\n${list.document}\n  group  covered  missing`)
  let missing = 0
  for (const [group, numbers] of readNumbers(list)) {
    const without = numbers.filter((number) => !titles.some(names(list, group, number)))
    missing += without.length
    const covered = `${numbers.length - without.length}/${numbers.length}`
    print(`  ${group.padEnd(5)}  ${covered.padStart(7)}  ${without.join(', ') || '–'}`)
  }
  return { missing }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

const tests = await collectTests()
const missing = lists.reduce((sum, list) => sum + report(list, tests).missing, 0)
print(missing === 0 ? '\nEvery number has a test.' : `\n${missing} numbers have no test that runs.`)
process.exitCode = missing === 0 ? 0 : 1
