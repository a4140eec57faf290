#!/usr/bin/env node
// The `dim` command from a clone, on any Node >= 18: brings what it needs, then runs the real one on Node 24.
import { join } from 'node:path'
import { prepare, run } from './bootstrap.mjs'
import { root } from './node24.mjs'

const { node, env } = await prepare('start')
const main = join(root, 'packages', 'node', 'src', 'main.ts')
const { code, error } = await run(node, [main, ...process.argv.slice(2)], env, { cwd: process.cwd() })
if (error) process.stderr.write(`START_FAILED: the dim command could not be started: ${error.message}\n`)
process.exit(code)
