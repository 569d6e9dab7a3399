// A test runner for Stryker that loads all tests once and switches one mutant on after the other.
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { tests } from './test-words.mjs';

/** The tests of the judgement itself, and what the report of every capture says. */
const FILES = ['src/{apply,checks,model,repair}/**/*.test.ts', 'src/cli/session.test.ts', 'test/goldens/*.test.ts'];

globalThis.__stryker__ ??= {};
/** What may be changed (stryker.config.json). */
const CODE = 'src/{apply,checks,model,repair}/**/*.ts';

const stryker = globalThis.__stryker__;

/** What is remembered with one mutant must not be believed with the next one. */
let generation = 0;
globalThis.ForgettingWeakMap = class {
  #generation = -1;
  #map = new WeakMap();
  #now() {
    if (this.#generation !== generation) this.#map = new WeakMap();
    this.#generation = generation;
    return this.#map;
  }
  has = (key) => this.#now().has(key);
  get = (key) => this.#now().get(key);
  set = (key, value) => this.#now().set(key, value);
};

const WORDS = new URL('./test-words.mjs', import.meta.url).href;

/** Tests get `test-words.mjs` in the place of Vitest; what src remembers is forgotten between two mutants. */
const hooks = {
  resolve: (specifier, context, next) =>
    specifier === 'vitest' ? { url: WORDS, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!url.includes('/src/') || url.includes('/node_modules/')) return loaded;
    const source = String(loaded.source).replaceAll('new WeakMap', 'new ForgettingWeakMap');
    return { ...loaded, source };
  },
};

/** The quick ones first. */
const testFiles = () =>
  globSync(FILES).toSorted((a, b) => Number(a.includes('goldens')) - Number(b.includes('goldens')));

const importFile = (file) => import(pathToFileURL(resolve(file)).href);

async function loadTests(file) {
  const before = tests.length;
  await importFile(file);
  const added = tests.slice(before);
  for (const [at, test] of added.entries())
    Object.assign(test, { file: resolve(file), id: `${file}#${at} ${test.name}` });
  return added;
}

function resultOf(failed, nrOfTests) {
  if (failed === null) return { status: 'survived', nrOfTests };
  return { status: 'killed', killedBy: [failed.test.id], failureMessage: failed.message, nrOfTests };
}

class InProcessRunner {
  #loaded = false;

  init() {
    registerHooks(hooks);
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun() {
    await this.#load();
    stryker.activeMutant = undefined;
    const first = await this.#runAll(tests);
    if (first.some(({ status }) => status !== 0)) return { status: 'complete', tests: first };
    generation += 1;
    // Twice: what passes only once leaves something behind, and cannot tell one mutant from the next.
    const results = (await this.#runAll(tests)).filter(({ status }) => status === 0);
    const again = new Set(results.map(({ id }) => id));
    for (const { id } of first) if (!again.has(id)) console.error(`mutate: left out, since it passes only once: ${id}`);
    for (const id of Object.keys(stryker.mutantCoverage.perTest))
      if (!again.has(id)) delete stryker.mutantCoverage.perTest[id];
    return { status: 'complete', tests: results, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, sandboxFileName, testFilter, hitLimit }) {
    if (mutantActivation === 'static') return this.#runStatic(activeMutant.id, sandboxFileName);
    await this.#load();
    const wanted = testFilter && new Set(testFilter);
    const covering = wanted ? tests.filter(({ id }) => wanted.has(id)) : tests;
    generation += 1;
    Object.assign(stryker, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    const failed = await firstFailure(covering);
    const { hitCount } = stryker;
    Object.assign(stryker, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    generation += 1;
    if (hitCount > hitLimit) return { status: 'timeout', reason: `Hit limit reached (${hitCount}/${hitLimit})` };
    // The change may have left something behind that fails for ever: then this process is of no use any more.
    if (failed !== null && (await firstFailure([failed.test])) !== null)
      throw new Error(`${failed.test.name} fails without a mutant now`);
    return resultOf(failed, covering.length);
  }

  /** What is worked out while a file is loaded: in a fresh process, file by file, the test of its own name first. */
  async #runStatic(id, mutated) {
    stryker.activeMutant = id;
    const stem = basename(mutated, '.ts').split('-')[0];
    const near = (file) => Number(file.startsWith(dirname(relative('', mutated)))) + 2 * Number(file.includes(stem));
    for (const file of testFiles().toSorted((a, b) => near(b) - near(a))) {
      const failed = await firstFailure(await loadTests(file));
      if (failed !== null) return resultOf(failed, tests.length);
    }
    return resultOf(null, tests.length);
  }

  async #load() {
    if (this.#loaded) return;
    this.#loaded = true;
    // First the code alone: only what it works out while it is loaded is static. What tests prepare is not changed.
    for (const file of globSync(CODE).filter((path) => !path.endsWith('.test.ts'))) await importFile(file);
    stryker.currentTestId = 'loading';
    for (const file of testFiles()) await loadTests(file);
    delete stryker.mutantCoverage?.perTest.loading;
  }

  async #runAll(some) {
    const results = [];
    for (const test of some) {
      stryker.currentTestId = test.id;
      const start = performance.now();
      const failed = await firstFailure([test]);
      const timeSpentMs = performance.now() - start;
      const head = { id: test.id, name: test.id, fileName: test.file, timeSpentMs };
      results.push(failed ? { ...head, status: 1, failureMessage: failed.message } : { ...head, status: 0 });
    }
    stryker.currentTestId = undefined;
    return results;
  }
}

async function firstFailure(some) {
  for (const test of some) {
    try {
      await test.run();
    } catch (error) {
      return { test, message: String(error?.message ?? error).slice(0, 500) };
    }
  }
  return null;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
