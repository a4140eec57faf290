import { type Effort, runCampaign } from './campaign.ts'

const [file = '', effort = '{}'] = process.argv.slice(2)
const results = await runCampaign(file, JSON.parse(effort) as Effort)
process.send?.(results)
process.exitCode = 0
process.disconnect?.()
