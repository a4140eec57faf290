import { exportDeployments } from './deploy/exportedDeployments.ts'
import { placesOf } from './deploy/places.ts'

const places = placesOf('polygon')
const check = process.argv.includes('--check')
if (exportDeployments(places, { check }) && check) {
  console.error(`${places.sdk} differs from ${places.records}: run node scripts/deployments.ts`)
  process.exitCode = 1
}
