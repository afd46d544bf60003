using System.Text.Json.Nodes;
using Unions.Plans;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Unions.Documents;

/// <summary>Enters a received document that a plan waits for (the allocation notice of the provincial federation) into the incoming register.</summary>
[Activity("Workflows.RegisterIncoming", Category = "Văn bản", NameVi = "Vào sổ văn bản đến", NameEn = "Register incoming document",
    TextVi = "Ghi một văn bản đến vào sổ đăng ký của đơn vị.", TextEn = "Enters a received document into the unit's register.")]
public sealed class RegisterIncoming : Activity
{
    /// <summary>Kind of the effect this activity leaves.</summary>
    public const string EffectKind = "incoming.register";

    /// <summary>{soKyHieu, ngayVanBan, ngayDen, trichYeu, noiGui, soDaiBieu} as the clerk's form has them.</summary>
    public readonly Input<JsonObject> Document = new("Document") { LabelVi = "Văn bản đến", LabelEn = "Document", TypeName = "Object", UiHint = "json-editor" };

    private const string Apply =
        """
        -- RegisterIncoming.Apply
        insert into incoming_document (id, unit_id, root_id, number_text, number_raw, sender, issued_on, arrived_on, subject, places, registered_at)
        select (body ->> 'id')::uuid, (body ->> 'unitId')::bigint, root_id, body ->> 'number', body ->> 'raw', body ->> 'sender', (body ->> 'issuedOn')::date,
          (body ->> 'arrivedOn')::date, body ->> 'subject', (body ->> 'places')::integer, $4
        from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as e (instance_id, root_id, body)
        on conflict do nothing
        """;

    public static readonly DomainStatement Statement = new(EffectKind, Apply);

    protected override void Execute(ActivityContext context)
    {
        if (context.Facts.OwnerId is not { } unit) context.Fault("The instance belongs to no unit whose register this could be.");
        if (context.Get(Document) is not { } document) return; // the task was closed without a document
        var raw = document["soKyHieu"]?.ToString() ?? "";
        context.Effects.Domain.Add(new DomainEffect(EffectKind, new JsonObject
        {
            ["id"] = context.NewId().ToString(),
            ["unitId"] = context.Facts.OwnerId,
            ["raw"] = raw,
            ["number"] = DocumentNumber.Parse(raw)?.ToString(),
            ["sender"] = document["noiGui"]?.DeepClone(),
            ["issuedOn"] = document["ngayVanBan"]?.DeepClone(),
            ["arrivedOn"] = document["ngayDen"]?.DeepClone(),
            ["subject"] = document["trichYeu"]?.DeepClone(),
            ["places"] = document["soDaiBieu"]?.DeepClone(),
        }));
    }
}
