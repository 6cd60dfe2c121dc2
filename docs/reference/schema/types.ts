// Generated from the declared collections by `mystage schema export`: change the declaration, not this file.
// Empty fields are left out of documents, so every field that may be empty is optional.
import { z } from "zod";

export const QuotedShow = z.object({
  "title": z.string().optional(),
  "artists": z.array(z.string()),
  "date": z.string().optional(),
  "date_heading": z.string().optional(),
  "time": z.string().optional(),
  "doors": z.string().optional(),
  "end_time": z.string().optional(),
  "venue": z.string().optional(),
  "street": z.string().optional(),
  "town": z.string().optional(),
  "price": z.string().optional(),
  "status": z.string().optional(),
  "link": z.number().int().optional(),
  "tickets": z.number().int().optional(),
});
export type QuotedShow = z.infer<typeof QuotedShow>;

export const QuotedPlace = z.object({
  "name": z.string().optional(),
  "street": z.string().optional(),
  "town": z.string().optional(),
  "postal_code": z.string().optional(),
});
export type QuotedPlace = z.infer<typeof QuotedPlace>;

export const PageAnswer = z.object({
  "shows": z.array(QuotedShow),
  "place": QuotedPlace.optional(),
});
export type PageAnswer = z.infer<typeof PageAnswer>;

export const Usage = z.object({
  "calls": z.number().int(),
  "input_tokens": z.number().int(),
  "output_tokens": z.number().int(),
  "micro_usd": z.number().int(),
});
export type Usage = z.infer<typeof Usage>;

export const Answered = z.object({
  "answer": PageAnswer,
  "model": z.string(),
  "usage": Usage,
});
export type Answered = z.infer<typeof Answered>;

export const Area = z.object({
  "south": z.number(),
  "west": z.number(),
  "north": z.number(),
  "east": z.number(),
});
export type Area = z.infer<typeof Area>;

export const Kind = z.enum(["venue", "artist", "performance"]);
export type Kind = z.infer<typeof Kind>;

export const SourceRank = z.union([z.literal(0), z.literal(10), z.literal(20), z.literal(30), z.literal(40), z.literal(50), z.literal(60)]);
export type SourceRank = z.infer<typeof SourceRank>;

export const Provenance = z.object({
  "entity_source": z.string(),
  "source": z.string(),
  "rank": SourceRank,
  "rule": z.string(),
  "url": z.string(),
  "scrape_id": z.string(),
  "extraction_id": z.string(),
  "reader": z.string(),
  "also": z.array(z.string()),
});
export type Provenance = z.infer<typeof Provenance>;

export const Curated = z.object({
  "field": z.string(),
  "value": z.union([z.string(), z.number(), z.number().int(), z.boolean(), z.array(z.string())]).optional(),
  "by": z.string(),
  "at": z.string(),
  "reason": z.string(),
});
export type Curated = z.infer<typeof Curated>;

export const Artist = z.object({
  "id": z.string(),
  "kind": Kind,
  "sources": z.array(z.string()),
  "provenance": z.record(z.string(), Provenance),
  "curated": z.array(Curated),
  "fingerprint": z.string(),
  "merged_into": z.string().optional(),
  "deleted_at": z.string().optional(),
  "created_at": z.string(),
  "updated_at": z.string(),
  "description": z.string().optional(),
  "images": z.array(z.string()),
  "links": z.array(z.string()),
  "urls": z.array(z.string()),
  "identifiers": z.record(z.string(), z.string()),
  "name": z.string(),
  "alt_names": z.array(z.string()),
  "website": z.string().optional(),
  "genres": z.array(z.string()),
  "country": z.string().optional(),
});
export type Artist = z.infer<typeof Artist>;

export const ArtistClaim = z.object({
  "key": z.string(),
  "source_id": z.string().optional(),
  "url": z.string().optional(),
  "description": z.string().optional(),
  "images": z.array(z.string()),
  "links": z.array(z.string()),
  "identifiers": z.record(z.string(), z.string()),
  "name": z.string(),
  "alt_names": z.array(z.string()),
  "website": z.string().optional(),
  "genres": z.array(z.string()),
  "country": z.string().optional(),
});
export type ArtistClaim = z.infer<typeof ArtistClaim>;

export const Circle = z.object({
  "lat": z.number(),
  "lon": z.number(),
  "km": z.number(),
});
export type Circle = z.infer<typeof Circle>;

export const Ask = z.object({
  "near": Circle.optional(),
  "city": z.string().optional(),
  "country": z.string().optional(),
  "date_from": z.string().optional(),
  "date_to": z.string().optional(),
  "artists": z.array(z.string()),
  "ids": z.array(z.string()),
  "sites": z.array(z.string()),
  "words": z.string().optional(),
});
export type Ask = z.infer<typeof Ask>;

export const AuditEntry = z.object({
  "id": z.string(),
  "action": z.string(),
  "actor": z.string(),
  "subjects": z.array(z.string()),
  "reason": z.string(),
  "at": z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const Hold = z.object({
  "micro_usd": z.number().int(),
  "at": z.string(),
});
export type Hold = z.infer<typeof Hold>;

export const Budget = z.object({
  "id": z.string(),
  "scope": z.string(),
  "day": z.string(),
  "spent": z.number().int(),
  "holds": z.record(z.string(), Hold),
});
export type Budget = z.infer<typeof Budget>;

export const CatchUp = z.enum(["skip", "one", "all"]);
export type CatchUp = z.infer<typeof CatchUp>;

export const VenueClaim = z.object({
  "key": z.string(),
  "source_id": z.string().optional(),
  "url": z.string().optional(),
  "description": z.string().optional(),
  "images": z.array(z.string()),
  "links": z.array(z.string()),
  "identifiers": z.record(z.string(), z.string()),
  "name": z.string(),
  "alt_names": z.array(z.string()),
  "street": z.string().optional(),
  "locality": z.string().optional(),
  "region": z.string().optional(),
  "postal_code": z.string().optional(),
  "country": z.string().optional(),
  "lat": z.number().optional(),
  "lon": z.number().optional(),
  "timezone": z.string().optional(),
  "phone": z.string().optional(),
  "website": z.string().optional(),
  "categories": z.array(z.string()),
  "opening_hours": z.array(z.string()),
  "capacity": z.number().int().optional(),
  "closed": z.boolean(),
});
export type VenueClaim = z.infer<typeof VenueClaim>;

export const PerformanceStatus = z.enum(["scheduled", "cancelled", "postponed", "rescheduled", "sold_out"]);
export type PerformanceStatus = z.infer<typeof PerformanceStatus>;

export const PerformanceKind = z.enum(["concert", "festival", "other"]);
export type PerformanceKind = z.infer<typeof PerformanceKind>;

export const PerformanceClaim = z.object({
  "key": z.string(),
  "source_id": z.string().optional(),
  "url": z.string().optional(),
  "description": z.string().optional(),
  "images": z.array(z.string()),
  "links": z.array(z.string()),
  "identifiers": z.record(z.string(), z.string()),
  "title": z.string().optional(),
  "venue": z.string().optional(),
  "artists": z.array(z.string()),
  "place": z.string().optional(),
  "start_local": z.string().optional(),
  "end_local": z.string().optional(),
  "doors_local": z.string().optional(),
  "timezone": z.string().optional(),
  "status": PerformanceStatus,
  "kind": PerformanceKind.optional(),
  "ticket_url": z.string().optional(),
  "price_min": z.number().optional(),
  "price_max": z.number().optional(),
  "currency": z.string().optional(),
  "genres": z.array(z.string()),
});
export type PerformanceClaim = z.infer<typeof PerformanceClaim>;

export const Claims = z.object({
  "venues": z.array(VenueClaim),
  "artists": z.array(ArtistClaim),
  "performances": z.array(PerformanceClaim),
});
export type Claims = z.infer<typeof Claims>;

export const Use = z.enum(["ok", "throttled", "refused", "failed"]);
export type Use = z.infer<typeof Use>;

export const Credential = z.object({
  "id": z.string(),
  "source": z.string(),
  "label": z.string(),
  "sealed": z.string(),
  "added_at": z.string(),
  "uses": z.number().int(),
  "failures": z.number().int(),
  "last_used": z.string().optional(),
  "resting_until": z.string().optional(),
  "last": Use.optional(),
});
export type Credential = z.infer<typeof Credential>;

export const Reason = z.object({
  "feature": z.string(),
  "weight": z.number(),
  "text": z.string(),
});
export type Reason = z.infer<typeof Reason>;

export const DuplicateStatus = z.enum(["open", "merged", "rejected", "unsure"]);
export type DuplicateStatus = z.infer<typeof DuplicateStatus>;

export const Question = z.enum(["join", "split"]);
export type Question = z.infer<typeof Question>;

export const Polarity = z.enum(["positive", "negative", "unsure"]);
export type Polarity = z.infer<typeof Polarity>;

export const Opinion = z.object({
  "polarity": Polarity,
  "probability": z.number(),
  "reason": z.string(),
  "by": z.string(),
  "at": z.string(),
});
export type Opinion = z.infer<typeof Opinion>;

export const DuplicatePair = z.object({
  "id": z.string(),
  "kind": Kind,
  "left": z.string(),
  "right": z.string(),
  "left_source": z.string(),
  "right_source": z.string(),
  "score": z.number(),
  "reasons": z.array(Reason),
  "status": DuplicateStatus,
  "question": Question,
  "opinions": z.array(Opinion),
  "found_at": z.string(),
});
export type DuplicatePair = z.infer<typeof DuplicatePair>;

export const EditChange = z.object({
  "record": z.string(),
  "before": z.array(Curated),
  "after": z.array(Curated),
});
export type EditChange = z.infer<typeof EditChange>;

export const Happening = z.enum(["merged", "split", "judged", "rekeyed", "edited", "preferred", "undone"]);
export type Happening = z.infer<typeof Happening>;

export const JudgedBy = z.enum(["rule", "model", "person"]);
export type JudgedBy = z.infer<typeof JudgedBy>;

export const Move = z.object({
  "id": z.string(),
  "after": z.string().optional(),
  "copied": z.number().int(),
  "done": z.boolean(),
});
export type Move = z.infer<typeof Move>;

export const Judgement = z.object({
  "id": z.string(),
  "kind": Kind,
  "left": z.string(),
  "right": z.string(),
  "polarity": Polarity,
  "by": JudgedBy,
  "actor": z.string(),
  "score": z.number(),
  "reasons": z.array(Reason),
  "why": z.string(),
  "created_at": z.string(),
  "retired_at": z.string().optional(),
  "implied": z.boolean(),
});
export type Judgement = z.infer<typeof Judgement>;

export const JudgementChange = z.object({
  "before": Judgement.optional(),
  "after": Judgement,
});
export type JudgementChange = z.infer<typeof JudgementChange>;

export const JsonValue = z.unknown();
export type JsonValue = z.infer<typeof JsonValue>;

export const Preferred = z.object({
  "field": z.string(),
  "value": JsonValue,
  "by": z.string(),
  "reason": z.string(),
  "at": z.string(),
});
export type Preferred = z.infer<typeof Preferred>;

export const PreferenceChange = z.object({
  "record": z.string(),
  "before": z.array(Preferred),
  "after": z.array(Preferred),
});
export type PreferenceChange = z.infer<typeof PreferenceChange>;

export const EntityEvent = z.object({
  "id": z.string(),
  "what": Happening,
  "kind": Kind,
  "entities": z.array(z.string()),
  "by": JudgedBy,
  "actor": z.string(),
  "why": z.string(),
  "at": z.string(),
  "moves": z.array(Move),
  "judgements": z.array(JudgementChange),
  "questions": z.array(DuplicatePair),
  "edits": z.array(EditChange),
  "preferences": z.array(PreferenceChange),
  "undoes": z.string().optional(),
  "undone_by": z.string().optional(),
});
export type EntityEvent = z.infer<typeof EntityEvent>;

export const PassedOver = z.object({
  "url": z.string(),
  "why": z.string(),
});
export type PassedOver = z.infer<typeof PassedOver>;

export const EntityImage = z.object({
  "id": z.string(),
  "kind": Kind,
  "picture": z.string().optional(),
  "width": z.number().int(),
  "height": z.number().int(),
  "url": z.string(),
  "source": z.string(),
  "rank": SourceRank.optional(),
  "entity_source": z.string(),
  "page": z.string(),
  "marks": z.array(z.string()),
  "passed_over": z.array(PassedOver),
  "decided_at": z.string(),
});
export type EntityImage = z.infer<typeof EntityImage>;

export const EntitySource = z.object({
  "id": z.string(),
  "kind": Kind,
  "source": z.string(),
  "rank": SourceRank,
  "key": z.string(),
  "claim": z.union([VenueClaim, ArtistClaim, PerformanceClaim]),
  "extraction_id": z.string(),
  "scrape_id": z.string(),
  "url": z.string(),
  "also_on": z.array(z.string()),
  "reader": z.string(),
  "first_seen": z.string(),
  "last_seen": z.string(),
  "fingerprint": z.string(),
  "entity_id": z.string(),
  "match_keys": z.array(z.string()),
  "venue_source": z.string().optional(),
  "artist_sources": z.array(z.string()),
  "withdrawn_at": z.string().optional(),
  "edits": z.array(Curated),
  "preferred": z.array(Preferred),
});
export type EntitySource = z.infer<typeof EntitySource>;

export const Evidence = z.object({
  "kind": Kind,
  "key": z.string(),
  "field": z.string(),
  "quote": z.string(),
  "start": z.number().int(),
  "end": z.number().int(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Example = z.object({
  "id": z.string(),
  "source": z.string(),
  "prompt": z.string(),
  "model": z.string(),
  "kind": Kind,
  "entity": z.string(),
  "field": z.string(),
  "quote": z.string(),
  "context": z.string(),
  "wrong": z.string(),
  "right": z.string(),
  "url": z.string(),
  "page_text": z.string(),
  "extraction_id": z.string(),
  "by": z.string(),
  "at": z.string(),
  "reason": z.string(),
  "chosen": z.boolean(),
});
export type Example = z.infer<typeof Example>;

export const Expect = z.object({
  "min_records": z.number().int().optional(),
  "max_records": z.number().int().optional(),
  "filled": z.record(z.string(), z.number()),
  "area": Area.optional(),
  "days_back": z.number().int().optional(),
  "days_ahead": z.number().int().optional(),
});
export type Expect = z.infer<typeof Expect>;

export const ReadingOutcome = z.enum(["records", "nothing", "error", "parked"]);
export type ReadingOutcome = z.infer<typeof ReadingOutcome>;

export const ReadingErrorKind = z.enum(["quota", "auth", "not_found", "bad_request", "malformed"]);
export type ReadingErrorKind = z.infer<typeof ReadingErrorKind>;

export const ReadingError = z.object({
  "kind": ReadingErrorKind,
  "message": z.string(),
});
export type ReadingError = z.infer<typeof ReadingError>;

export const LeadReason = z.enum(["next_page", "next_month", "event", "listing"]);
export type LeadReason = z.infer<typeof LeadReason>;

export const Lead = z.object({
  "url": z.string(),
  "reason": LeadReason,
});
export type Lead = z.infer<typeof Lead>;

export const Reading = z.object({
  "evidence": z.array(Evidence),
  "page_text": z.string(),
  "read_by": z.string(),
  "outcome": ReadingOutcome,
  "claims": Claims,
  "error": ReadingError.optional(),
  "reason": z.string(),
  "unread": z.array(z.string()),
  "follow": z.array(z.string()),
  "leads": z.array(Lead),
});
export type Reading = z.infer<typeof Reading>;

export const Extraction = z.object({
  "id": z.string(),
  "scrape_id": z.string(),
  "url": z.string(),
  "source": z.string(),
  "reader": z.string(),
  "outcome": ReadingOutcome,
  "reading": Reading.optional(),
  "reading_blob": z.string().optional(),
  "venues": z.number().int(),
  "artists": z.number().int(),
  "performances": z.number().int(),
  "error_kind": z.string(),
  "reason": z.string(),
  "needs_model": z.boolean(),
  "claims_fingerprint": z.string(),
  "extracted_at": z.string(),
});
export type Extraction = z.infer<typeof Extraction>;

export const FailedStatus = z.enum(["failed", "retrying", "review", "resolved"]);
export type FailedStatus = z.infer<typeof FailedStatus>;

export const Task = z.object({
  "id": z.string(),
  "queue": z.string(),
  "payload": z.record(z.string(), z.string()),
  "priority": z.number().int(),
  "not_before": z.string().optional(),
  "attempts": z.number().int(),
  "trace": z.string(),
  "first_failed_at": z.string().optional(),
});
export type Task = z.infer<typeof Task>;

export const FailedTask = z.object({
  "id": z.string(),
  "task": Task,
  "queue": z.string(),
  "error_kind": z.string(),
  "message": z.string(),
  "where": z.string(),
  "cause": z.string(),
  "attempts": z.number().int(),
  "first_failed_at": z.string(),
  "last_failed_at": z.string(),
  "trace": z.string(),
  "detail": z.string(),
  "status": FailedStatus,
  "resolved_at": z.string().optional(),
  "resolved_by": z.string(),
});
export type FailedTask = z.infer<typeof FailedTask>;

export const FieldPlace = z.object({
  "path": z.array(z.string()),
  "number": z.number().int(),
  "before": z.string(),
  "after": z.string(),
});
export type FieldPlace = z.infer<typeof FieldPlace>;

export const FindingStatus = z.enum(["open", "resolved"]);
export type FindingStatus = z.infer<typeof FindingStatus>;

export const Finding = z.object({
  "id": z.string(),
  "source": z.string(),
  "url": z.string(),
  "cause": z.string(),
  "message": z.string(),
  "extraction_id": z.string(),
  "found_at": z.string(),
  "status": FindingStatus,
  "quarantined": z.boolean(),
  "first_seen": z.string().optional(),
  "seen": z.number().int(),
  "closed_by": z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const Guard = z.object({
  "id": z.string(),
  "turns": z.number().int(),
});
export type Guard = z.infer<typeof Guard>;

export const ImageState = z.enum(["kept", "refused", "gone", "blocked", "waiting", "failed"]);
export type ImageState = z.infer<typeof ImageState>;

export const Job = z.enum(["discover", "due"]);
export type Job = z.infer<typeof Job>;

export const KeptAnswer = z.object({
  "id": z.string(),
  "prompt": z.string(),
  "model": z.string(),
  "answered": Answered,
  "at": z.string(),
});
export type KeptAnswer = z.infer<typeof KeptAnswer>;

export const Learned = z.object({
  "id": z.string(),
  "host": z.string(),
  "pattern": z.string(),
  "prompt": z.string(),
  "model": z.string(),
  "block": z.array(z.string()),
  "fields": z.record(z.string(), FieldPlace),
  "place": QuotedPlace.optional(),
  "required": z.array(z.string()),
  "shows": z.number().int(),
  "uses": z.number().int(),
  "dropped_at": z.string().optional(),
  "why_dropped": z.string(),
  "learned_at": z.string(),
});
export type Learned = z.infer<typeof Learned>;

export const Lease = z.object({
  "id": z.string(),
  "holder": z.string(),
  "until": z.string(),
  "term": z.number().int(),
});
export type Lease = z.infer<typeof Lease>;

export const ManifestSource = z.object({
  "name": z.string(),
  "start_urls": z.array(z.string()),
  "kind": z.string().optional(),
  "rank": SourceRank.optional(),
  "cadence_hours": z.number(),
  "requests_per_second": z.number(),
  "concurrency": z.number().int(),
  "obey_robots": z.boolean(),
  "expect": Expect.optional(),
  "follow": z.number().int(),
  "enabled": z.boolean(),
});
export type ManifestSource = z.infer<typeof ManifestSource>;

export const Missing = z.object({
  "id": z.string(),
  "since": z.string(),
  "proofs": z.number().int(),
});
export type Missing = z.infer<typeof Missing>;

export const Pace = z.object({
  "changes": z.number(),
  "hours": z.number(),
  "span": z.number(),
});
export type Pace = z.infer<typeof Pace>;

export const PageKind = z.enum(["event", "event_list", "venue", "artist", "calendar", "irrelevant"]);
export type PageKind = z.infer<typeof PageKind>;

export const Performance = z.object({
  "id": z.string(),
  "kind": Kind,
  "sources": z.array(z.string()),
  "provenance": z.record(z.string(), Provenance),
  "curated": z.array(Curated),
  "fingerprint": z.string(),
  "merged_into": z.string().optional(),
  "deleted_at": z.string().optional(),
  "created_at": z.string(),
  "updated_at": z.string(),
  "description": z.string().optional(),
  "images": z.array(z.string()),
  "links": z.array(z.string()),
  "urls": z.array(z.string()),
  "identifiers": z.record(z.string(), z.string()),
  "title": z.string(),
  "venue_id": z.string().optional(),
  "artist_ids": z.array(z.string()),
  "place": z.string().optional(),
  "start_local": z.string().optional(),
  "end_local": z.string().optional(),
  "doors_local": z.string().optional(),
  "timezone": z.string().optional(),
  "start_utc": z.string().optional(),
  "status": PerformanceStatus,
  "performance_kind": PerformanceKind.optional(),
  "ticket_url": z.string().optional(),
  "price_min": z.number().optional(),
  "price_max": z.number().optional(),
  "currency": z.string().optional(),
  "genres": z.array(z.string()),
});
export type Performance = z.infer<typeof Performance>;

export const PictureVariant = z.object({
  "width": z.number().int(),
  "height": z.number().int(),
  "blob": z.string(),
  "size": z.number().int(),
});
export type PictureVariant = z.infer<typeof PictureVariant>;

export const Picture = z.object({
  "id": z.string(),
  "width": z.number().int(),
  "height": z.number().int(),
  "format": z.string(),
  "hash": z.string(),
  "detail": z.number(),
  "animated": z.boolean(),
  "variants": z.array(PictureVariant),
  "made_at": z.string(),
});
export type Picture = z.infer<typeof Picture>;

export const Quota = z.object({
  "id": z.string(),
  "source": z.string(),
  "log": z.array(z.array(z.unknown())),
  "last": z.number(),
  "closed_until": z.number(),
  "throttles": z.number().int(),
  "failures": z.array(z.number()),
  "opened": z.number().int(),
  "open_until": z.number(),
  "trial_until": z.number(),
});
export type Quota = z.infer<typeof Quota>;

export const Route = z.enum(["read", "sitemap", "irrelevant", "parked"]);
export type Route = z.infer<typeof Route>;

export const ScheduledTask = z.object({
  "id": z.string(),
  "name": z.string(),
  "job": Job,
  "sources": z.array(z.string()),
  "ask": Ask,
  "days_ahead": z.number().int().optional(),
  "region": z.string(),
  "cron": z.string().optional(),
  "every": z.number().optional(),
  "zone": z.string(),
  "jitter": z.number(),
  "catch_up": CatchUp,
  "catch_up_most": z.number().int(),
  "paused": z.boolean(),
  "created_at": z.string(),
  "next_at": z.string().optional(),
  "last_at": z.string().optional(),
  "runs": z.number().int(),
  "missed": z.number().int(),
  "last_missed_at": z.string().optional(),
  "problem": z.string(),
});
export type ScheduledTask = z.infer<typeof ScheduledTask>;

export const Scrape = z.object({
  "id": z.string(),
  "url_id": z.string(),
  "url": z.string(),
  "source": z.string(),
  "body": z.string(),
  "size": z.number().int(),
  "media_type": z.string(),
  "status": z.number().int(),
  "fetched_at": z.string(),
  "route": Route.optional(),
  "reader": z.string().optional(),
  "reason": z.string(),
  "trouble": z.string(),
});
export type Scrape = z.infer<typeof Scrape>;

export const SitePattern = z.object({
  "id": z.string(),
  "pattern": z.string(),
  "counts": z.record(z.string(), z.number().int()),
});
export type SitePattern = z.infer<typeof SitePattern>;

export const UrlState = z.enum(["new", "ok", "blocked", "gone", "empty", "failed"]);
export type UrlState = z.infer<typeof UrlState>;

export const UrlDoc = z.object({
  "id": z.string(),
  "url": z.string(),
  "source": z.string(),
  "reader": z.string().optional(),
  "state": UrlState,
  "reason": z.string(),
  "etag": z.string().optional(),
  "last_modified": z.string().optional(),
  "body": z.string().optional(),
  "held_body": z.string().optional(),
  "scrape_id": z.string().optional(),
  "extraction_id": z.string().optional(),
  "first_seen": z.string(),
  "last_fetched": z.string().optional(),
  "last_changed": z.string().optional(),
  "fetches": z.number().int(),
  "failures": z.number().int(),
  "gone": z.number().int(),
  "leads_on": z.boolean(),
  "depth": z.number().int(),
  "public": z.boolean(),
  "obey_robots": z.boolean(),
  "live": z.string(),
  "run": z.string(),
  "goal_hours": z.number().optional(),
  "pace": Pace,
  "next_fetch_at": z.string().optional(),
  "missing": z.array(Missing),
  "doubted": z.string(),
  "flaps": z.number().int(),
});
export type UrlDoc = z.infer<typeof UrlDoc>;

export const UrlImage = z.object({
  "id": z.string(),
  "url": z.string(),
  "source": z.string(),
  "state": ImageState,
  "cause": z.string(),
  "reason": z.string(),
  "picture": z.string().optional(),
  "etag": z.string().optional(),
  "last_modified": z.string().optional(),
  "first_seen": z.string(),
  "last_fetched": z.string(),
  "failures": z.number().int(),
  "next_try_at": z.string().optional(),
});
export type UrlImage = z.infer<typeof UrlImage>;

export const Venue = z.object({
  "id": z.string(),
  "kind": Kind,
  "sources": z.array(z.string()),
  "provenance": z.record(z.string(), Provenance),
  "curated": z.array(Curated),
  "fingerprint": z.string(),
  "merged_into": z.string().optional(),
  "deleted_at": z.string().optional(),
  "created_at": z.string(),
  "updated_at": z.string(),
  "description": z.string().optional(),
  "images": z.array(z.string()),
  "links": z.array(z.string()),
  "urls": z.array(z.string()),
  "identifiers": z.record(z.string(), z.string()),
  "name": z.string(),
  "alt_names": z.array(z.string()),
  "street": z.string().optional(),
  "locality": z.string().optional(),
  "region": z.string().optional(),
  "postal_code": z.string().optional(),
  "country": z.string().optional(),
  "lat": z.number().optional(),
  "lon": z.number().optional(),
  "timezone": z.string().optional(),
  "phone": z.string().optional(),
  "website": z.string().optional(),
  "categories": z.array(z.string()),
  "opening_hours": z.array(z.string()),
  "capacity": z.number().int().optional(),
  "closed": z.boolean(),
});
export type Venue = z.infer<typeof Venue>;

export const collections = {
  artist_duplicates: DuplicatePair,
  audit_logs: AuditEntry,
  credentials: Credential,
  enrichments: Question,
  entity_events: EntityEvent,
  entity_images: EntityImage,
  entity_sources: EntitySource,
  evt_artists: Artist,
  evt_performances: Performance,
  evt_venues: Venue,
  extraction_examples: Example,
  extractions: Extraction,
  failed_tasks: FailedTask,
  judgements: Judgement,
  learned_selectors: Learned,
  leases: Lease,
  model_answers: KeptAnswer,
  model_budgets: Budget,
  performance_duplicates: DuplicatePair,
  pictures: Picture,
  quality_findings: Finding,
  quotas: Quota,
  resolution_guards: Guard,
  scheduled_tasks: ScheduledTask,
  scrapes: Scrape,
  site_patterns: SitePattern,
  sources: ManifestSource,
  store_moves: Move,
  url_images: UrlImage,
  urls: UrlDoc,
  venue_duplicates: DuplicatePair,
} as const;
