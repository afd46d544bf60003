using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>Takes the files that come with a form into its task and names them in the data; a file that replaces another takes its place.</summary>
public sealed class UploadFiles(AddAttachment add, RemoveAttachment remove, Texts texts)
{
    /// <summary>Before the name of a file field.</summary>
    public const string Prefix = "u.";

    /// <summary>True when at least one was stored: the draft must be saved so that it is not lost.</summary>
    public async Task<bool> TakeAsync(
        RequestActor who, Guid taskId, FormPost post, IFormFileCollection files, ModelStateDictionary state, IReadOnlyList<TaskFile> known, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(post);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(state);
        var stored = false;
        foreach (var slot in post.Files)
        {
            foreach (var file in files.GetFiles(Prefix + slot.Path).Where(f => f.Length > 0 || f.FileName.Length > 0))
            {
                if (await StoreAsync(who, taskId, slot, file, state, cancellation) is not { } id) continue;
                stored = true;
                if (slot.Field.Type == "array")
                {
                    if (slot.Parent[slot.Field.Name] is not JsonArray list) slot.Parent[slot.Field.Name] = list = [];
                    list.Add(id.ToString());
                    continue;
                }

                // What was handed in once is history and stays; the command refuses to take it away.
                if (Guid.TryParse(slot.Parent[slot.Field.Name]?.ToString(), out var before) && known.Any(f => f.Id == before))
                    await remove.RemoveAsync(who.Actor, new(taskId, before), who.Now, who.RecordedAt, cancellation);
                slot.Parent[slot.Field.Name] = id.ToString();
            }
        }

        return stored;
    }

    /// <summary>Takes the one file of a field away, or of a list the one named behind the last slash.</summary>
    public async Task RemoveAsync(RequestActor who, Guid taskId, FormPost post, string path, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(post);
        var (field, named) = path.Split('/') is [var first, var second] ? (first, second) : (path, null);
        if (post.Files.Find(f => f.Path == field) is not { } slot) return;
        var id = named ?? slot.Parent[slot.Field.Name]?.ToString();
        if (slot.Parent[slot.Field.Name] is JsonArray list)
        {
            foreach (var entry in list.Where(v => v?.ToString() == id).ToList()) list.Remove(entry);
            if (list.Count == 0) slot.Parent.Remove(slot.Field.Name);
        }
        else slot.Parent.Remove(slot.Field.Name);
        if (Guid.TryParse(id, out var attachment)) await remove.RemoveAsync(who.Actor, new(taskId, attachment), who.Now, who.RecordedAt, cancellation);
    }

    private async Task<Guid?> StoreAsync(RequestActor who, Guid taskId, FormPost.FileSlot slot, IFormFile file, ModelStateDictionary state, CancellationToken cancellation)
    {
        var path = slot.Path;
        if (file.Length > AddAttachment.MaximumBytes)
        {
            Refuse(texts["staff.file.too-large", FormValues.Size(file.Length), FormValues.Size(AddAttachment.MaximumBytes)]);
            return null;
        }

        await using var content = file.OpenReadStream();
        switch (await add.AddAsync(who.Actor, new(taskId, path.Length <= 100 ? path : null, file.FileName), content, who.Now, who.RecordedAt, cancellation))
        {
            case TaskAnswer.Done done:
                return done.Id;
            case TaskAnswer.Invalid invalid:
                Refuse(Language.Say(invalid.Errors.Values.First()));
                return null;
            default:
                // Not theirs any more, or handed in meanwhile: the command that follows says so.
                return null;
        }

        // A form may ask for several files, and in the summary on top the sentence stands alone.
        void Refuse(string why) => state.AddModelError(FormPost.Prefix + path, TaskWords.Of(Language.Say(slot.Field.Label), why));
    }
}
