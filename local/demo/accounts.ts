/** The AWS accounts of the demo and of the pictures in docs/: what is in them before the action runs. */

import type { LocalAws } from '../aws/local-aws'

/** For the workflow's `functions` input. */
export const SHOP = 'shop-*\nthumbnails'

/** An ordinary account of a team, in which some functions are not ready for the extension. */
export function seedShop({ lambda, logs }: LocalAws): void {
  const library = lambda.layers.publish({ name: 'team-library' })
  const fonts = lambda.layers.publish({ name: 'fonts' })
  lambda.createFunction({
    name: 'shop-orders',
    variables: { TABLE: 'orders', DB_PASSWORD: 'demo-password-of-orders' },
    layers: [library, fonts],
    memoryMb: 512,
  })
  lambda.createFunction({
    name: 'shop-images',
    runtime: 'python3.13',
    architecture: 'arm64',
    memoryMb: 1024,
  })
  // Still has the alpha layer.
  lambda.createFunction({
    name: 'shop-search',
    layers: [fonts, lambda.layers.rotelArn({ alpha: true, version: 34 })],
    memoryMb: 256,
  })
  lambda.createFunction({ name: 'shop-payments', runtime: 'java21', memoryMb: 1024 })
  // The deployer's role may not decrypt its variables.
  lambda.createFunction({
    name: 'shop-ledger',
    variables: { SECRET: 'demo-secret-of-ledger' },
    environmentUnreadable: true,
    memoryMb: 512,
  })
  // Has too little memory for the extension.
  lambda.createFunction({
    name: 'thumbnails',
    runtime: 'python3.12',
    memoryMb: 128,
    variables: { BUCKET: 'thumbnails' },
    handler: { memoryUsedMb: 124 },
  })
  // In a subnet without a route to ClickStack: the function works, but its telemetry does not arrive.
  lambda.createFunction({
    name: 'shop-returns',
    runtime: 'nodejs24.x',
    timeoutSeconds: 10,
    vpc: true,
    egressBlocked: true,
    memoryMb: 512,
    variables: { QUEUE: 'returns' },
  })
  // Sends spans of its own SDK to Rotel.
  lambda.createFunction({
    name: 'shop-basket',
    architecture: 'arm64',
    logFormat: 'JSON',
    memoryMb: 256,
    handler: { logs: ['basket opened'], sdk: { spans: ['GET /basket'] } },
  })
  lambda.createFunction({ name: 'shop-container', packageType: 'Image' })
  // For the estimate of what disabling CloudWatch Logs saves.
  const gigabytesADay = { 'shop-orders': 3, 'shop-search': 1, 'shop-payments': 0.5 }
  for (const [name, count] of Object.entries(gigabytesADay)) {
    logs.setIncomingBytes(`/aws/lambda/${name}`, count * GIGABYTE)
  }
}

const GIGABYTE = 1024 ** 3

/** Users have invoked the functions: their cold starts are in CloudWatch Logs, to be compared with those with Rotel. */
export async function useShop({ lambda }: LocalAws): Promise<void> {
  const initMs = { 'shop-orders': 171, 'shop-images': 238, 'shop-payments': 612, thumbnails: 254 }
  for (const [name, init] of Object.entries(initMs)) {
    const memoryUsedMb = name === 'thumbnails' ? 124 : 72
    for (const moreMs of [12, 0, 5]) {
      lambda.setHandler(name, { memoryUsedMb, initMs: init + moreMs })
      await lambda.traffic(name, { cold: true })
    }
  }
}

/** What the summary of the first step tells the team to do. */
export function repairShop({ lambda }: LocalAws): void {
  lambda.changeAsSomebodyElse('thumbnails', { memoryMb: 512 })
  lambda.changeAsSomebodyElse('shop-ledger', { environmentUnreadable: false })
  lambda.allowEgress('shop-returns')
}

/** Functions that reading alone tells to be unfit: nothing is written to any of them. */
export function seedBlocked({ lambda }: LocalAws): void {
  lambda.createFunction({
    name: 'shop-ledger',
    variables: { SECRET: 'demo-secret-of-ledger' },
    environmentUnreadable: true,
  })
  const layers = ['a', 'b', 'c', 'd', 'e'].map((name) => lambda.layers.publish({ name }))
  lambda.createFunction({ name: 'shop-reports', layers })
  for (const name of ['shop-stock', 'shop-prices']) {
    lambda.createFunction({
      name,
      layers: [lambda.layers.rotelArn({})],
      variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: 'http://collector.internal:4317' },
    })
  }
  lambda.createFunction({ name: 'shop-mails', variables: { TEMPLATE: 'x'.repeat(3_900) } })
  lambda.createFunction({ name: 'shop-legacy', runtime: 'nodejs18.x' })
}

/** Three hundred functions with a few causes of failure, as fleets have them. */
export function seedFleet({ lambda }: LocalAws): void {
  for (let index = 1; index <= 300; index++) {
    const name = `service-${String(index).padStart(3, '0')}`
    const isCutOff = index % 20 === 0
    const isSmall = index % 33 === 0
    lambda.createFunction({
      name,
      memoryMb: isSmall ? 128 : 512,
      ...(isSmall ? { handler: { memoryUsedMb: 124 } } : {}),
      ...(isCutOff ? { vpc: true, egressBlocked: true, timeoutSeconds: 10 } : {}),
      ...(index % 50 === 7 ? { variables: { TABLE: 'x' }, environmentUnreadable: true } : {}),
      updateMs: 50,
    })
  }
}
