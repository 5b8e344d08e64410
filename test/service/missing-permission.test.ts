import { describe, expect, it } from 'vitest'
import { createWorkspace } from './workspace'

describe('a permission that the token lacks', () => {
  it('is a warning of the status, with what is missing for it and what to do', async () => {
    const { service, scheduler, workspace } = await createWorkspace()
    await (await scheduler.run({})).done
    expect((await service.getServerStatus({})).store.warnings).toEqual([])
    workspace.missingPermissions.push('Read tickets')
    expect((await service.getServerStatus({})).store.warnings).toEqual([
      'The access token lacks the permission "Read tickets", so conversations that are tickets are missing. ' +
        "Add it to the app's permissions in Intercom's Developer Hub.",
    ])
  })
})
