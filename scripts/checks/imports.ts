import { cruise, type IFlattenedRuleSet, type IReporterOutput } from 'dependency-cruiser'
import { rules } from './importRules.ts'

const result: IReporterOutput = await cruise(
  ['packages/sdk/src', 'packages/node/src', 'packages/web/src', 'scripts', 'bench', 'test', 'ignition'],
  {
    ruleSet: { forbidden: rules } as IFlattenedRuleSet,
    validate: true,
    outputType: 'err',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
)
console.log(result.output)
process.exitCode = result.exitCode
