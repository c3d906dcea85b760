/** What Rails has since: the tables and statements of Solid Queue on the same MariaDB, without Ruby around them. */
import { randomUUID } from 'node:crypto'
import mysql from 'mysql2/promise'
import type { QueueContender } from '../contender.ts'
import { enqueueRates, ratePerSecond } from '../parts/queue-rates.ts'

/** As its generator makes them (rails/solid_queue queue_schema.rb), those that a job without limits goes through. */
const tables = [
  `create table solid_queue_jobs (id bigint auto_increment primary key, queue_name varchar(255) not null, class_name varchar(255) not null,
     arguments text, priority int not null default 0, active_job_id varchar(255), scheduled_at datetime(6), finished_at datetime(6),
     concurrency_key varchar(255), created_at datetime(6) not null, updated_at datetime(6) not null, index (active_job_id), index (class_name),
     index (finished_at), index (queue_name, finished_at), index (scheduled_at, finished_at))`,
  `create table solid_queue_ready_executions (id bigint auto_increment primary key, job_id bigint not null unique, queue_name varchar(255) not null,
     priority int not null default 0, created_at datetime(6) not null, index (priority, job_id), index (queue_name, priority, job_id),
     foreign key (job_id) references solid_queue_jobs (id) on delete cascade)`,
  `create table solid_queue_claimed_executions (id bigint auto_increment primary key, job_id bigint not null unique, process_id bigint,
     created_at datetime(6) not null, index (process_id, job_id), foreign key (job_id) references solid_queue_jobs (id) on delete cascade)`,
]

export const contender: QueueContender = {
  name: "Solid Queue's statements, MariaDB",
  enters: ['queue'],
  once: ['queue'],
  databases: ['mariadb'],
  work: async (job) => {
    const db = await mysql.createConnection({ uri: job.databaseUrl, timezone: 'Z' })
    for (const table of tables) await db.query(table)
    const enqueued = await enqueueRates(job, {
      one: () => enqueueOne(db),
      several: (count) => enqueueSeveral(db, count),
    })
    const drain = (count: number, slots: number) => ratePerSecond(count, job.seconds, () => workOff(db, slots))
    const drainSingle = await drain(job.single, 1)
    const drainBatch = await drain(job.many / 2, 100)
    await db.end()
    return { ...enqueued, drainSingle, drainBatch }
  },
}

const payload = JSON.stringify({ job_class: 'NoOp', arguments: [1] })

function jobRow(id: string, now: Date) {
  return ['default', 'NoOp', payload, 0, id, now, now, now]
}

const insertJobs =
  'insert into solid_queue_jobs (queue_name, class_name, arguments, priority, active_job_id, scheduled_at, created_at, updated_at) values ?'

async function enqueueOne(db: mysql.Connection): Promise<void> {
  const now = new Date()
  await db.beginTransaction()
  const [{ insertId }] = await db.query<mysql.ResultSetHeader>(insertJobs, [[jobRow(randomUUID(), now)]])
  const ready =
    'insert into solid_queue_ready_executions (job_id, queue_name, priority, created_at) values (?, ?, 0, ?)'
  await db.query(ready, [insertId, 'default', now])
  await db.commit()
}

async function enqueueSeveral(db: mysql.Connection, count: number): Promise<void> {
  const now = new Date()
  const ids = Array.from({ length: count }, () => randomUUID())
  await db.beginTransaction()
  await db.query(insertJobs, [ids.map((id) => jobRow(id, now))])
  const [rows] = await db.query<mysql.RowDataPacket[]>('select * from solid_queue_jobs where active_job_id in (?)', [
    ids,
  ])
  const ready = 'insert into solid_queue_ready_executions (job_id, queue_name, priority, created_at) values ?'
  await db.query(ready, [rows.map(({ id }) => [id, 'default', 0, now])])
  await db.commit()
}

/** Claims in one transaction, then finishes each job in one of its own, as its threads do. @returns how many */
async function workOff(db: mysql.Connection, slots: number): Promise<number> {
  await db.beginTransaction()
  const [ready] = await db.query<mysql.RowDataPacket[]>(
    'select id, job_id from solid_queue_ready_executions order by priority, job_id limit ? for update skip locked',
    [slots],
  )
  const jobs = ready.map(({ job_id }) => job_id)
  await db.query('insert into solid_queue_claimed_executions (job_id, process_id, created_at) values ?', [
    jobs.map((id) => [id, 1, new Date()]),
  ])
  const [claimed] = await db.query<mysql.RowDataPacket[]>(
    'select * from solid_queue_claimed_executions where job_id in (?) and process_id = 1',
    [jobs],
  )
  await db.query('delete from solid_queue_ready_executions where id in (?)', [ready.map(({ id }) => id)])
  await db.commit()
  await db.query('select * from solid_queue_jobs where id in (?)', [jobs])
  for (const { id, job_id } of claimed) {
    await db.beginTransaction()
    const now = new Date()
    await db.query('update solid_queue_jobs set finished_at = ?, updated_at = ? where id = ?', [now, now, job_id])
    await db.query('delete from solid_queue_claimed_executions where id = ?', [id])
    await db.commit()
  }
  return ready.length
}
