import type { JsonObject } from '../../domain/conversation'
import type { AdminRecord, Staff } from '../generate/staff'

export interface WorkspaceRecord {
  idCode: string
  name: string
  createdAt: number
  timezone: string
  region: string
}

/** GET /me: the token's owner with the workspace. */
export function toMe(staff: Staff, workspace: WorkspaceRecord): JsonObject {
  const owner = staff.admins[0] as AdminRecord
  return {
    type: 'admin',
    id: owner.id,
    email: owner.email,
    name: owner.name,
    email_verified: true,
    app: {
      type: 'app',
      id_code: workspace.idCode,
      name: workspace.name,
      created_at: workspace.createdAt,
      secure: false,
      identity_verification: false,
      timezone: workspace.timezone,
      region: workspace.region,
    },
    avatar: { type: 'avatar', image_url: `https://static.${staff.domain}/avatars/128.png` },
    has_inbox_seat: true,
  }
}

/** GET /admins: those who still work there. */
export function toAdminList(staff: Staff): JsonObject {
  const admins = staff.admins
    .filter((admin) => !admin.deleted)
    .map((admin) => ({
      type: 'admin',
      id: admin.id,
      name: admin.name,
      email: admin.email,
      job_title: admin.jobTitle,
      away_mode_enabled: false,
      away_mode_reassign: false,
      away_status_reason_id: null,
      has_inbox_seat: true,
      team_ids: admin.teams.map((team) => Number(staff.teams[team]?.id ?? 0)),
    }))
  return { type: 'admin.list', admins }
}

/** GET /teams. */
export function toTeamList(staff: Staff): JsonObject {
  const teams = staff.teams.map((team) => ({
    type: 'team',
    id: team.id,
    name: team.name,
    admin_ids: team.admins.map((admin) => Number(staff.admins[admin]?.id ?? 0)),
    distribution_method: 'manual',
  }))
  return { type: 'team.list', teams }
}

/** GET /tags. */
export function toTagList(staff: Staff): JsonObject {
  return { type: 'list', data: staff.tags.map(({ id, name }) => ({ type: 'tag', id, name })) }
}
