/** Are traces wanted? Only then is OpenTelemetry loaded; it is not installed with this package. */
import { Failure } from '../core/failure.ts'
import type { Telemetry } from '../observe/telemetry.ts'

/** @throws Failure `config_invalid` when they are wanted and cannot be made */
export async function openTraces(env: NodeJS.ProcessEnv): Promise<Telemetry | null> {
  if (!areWanted(env)) return null
  try {
    const { startTelemetry } = await import('../observe/telemetry.ts')
    return startTelemetry(env)
  } catch (cause) {
    throw new Failure('config_invalid', 'Variables of OpenTelemetry are set, but its packages are not there.', {
      cause,
      hint: 'Install @opentelemetry/api and @opentelemetry/sdk-node beside this package, or set OTEL_SDK_DISABLED=true.',
    })
  }
}

/** As the specification of OpenTelemetry's variables has it. */
function areWanted(env: NodeJS.ProcessEnv): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = env
  if (disabled?.toLowerCase() === 'true' || exporter === 'none') return false
  const names = ['OTEL_TRACES_EXPORTER', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  return names.some((name) => env[name])
}
