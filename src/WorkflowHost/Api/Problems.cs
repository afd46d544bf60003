using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary>The one place where refusals become ProblemDetails: a code in <c>type</c>, the title in English, <c>titleVi</c> in Vietnamese.</summary>
public static class Problems
{
    /// <summary>A refusal; null for an answer that was carried out.</summary>
    public static IResult? Of(TaskAnswer answer) => answer switch
    {
        TaskAnswer.Done => null,
        TaskAnswer.NotFound => NotFound(),
        TaskAnswer.Forbidden => Forbidden(),
        TaskAnswer.OwnSubmission o => Problem(403, "own_submission", o.Sentence.In("en"), o.Sentence.Vi, p => p["deciders"] = o.Deciders),
        TaskAnswer.MissingRevision => Problem(428, "precondition_required",
            "Give the revision you have seen, as \"revision\" or If-Match.", "Hãy gửi kèm revision đã xem (revision hoặc If-Match)."),
        TaskAnswer.Conflict c => Problem(409, "conflict", c.Happened.Sentence.In("en"), c.Happened.Sentence.Vi, p =>
        {
            p["happened"] = new { action = c.Happened.Action, at = c.Happened.At, personId = c.Happened.PersonId, person = c.Happened.PersonName, role = c.Happened.Role, unit = c.Happened.UnitName };
            p["current"] = new { status = c.Status, round = c.Round, revision = c.Revision };
        }),
        TaskAnswer.Invalid i => Validation(i.Errors),
        TaskAnswer.ExplanationRequired e => Problem(422, "explanation_required",
            "A word of explanation is needed for what is unusual.", "Cần giải trình cho nội dung khác thường.", p => p["rules"] = e.Rules),
        TaskAnswer.OperationReused => Problem(422, "operation_reused",
            "This operation id was used with another body.", "Mã thao tác này đã dùng cho nội dung khác."),
        _ => throw new InvalidOperationException($"No problem is known for {answer.GetType().Name}."),
    };

    public static IResult NotFound() => Problem(404, "not_found", "There is no such thing, or you may not see it.", "Không có nội dung này, hoặc bạn không được xem.");

    public static IResult Forbidden() => Problem(403, "forbidden", "You may not do this here.", "Bạn không có quyền làm việc này ở đây.");

    public static IResult Conflict(string title, string titleVi) => Problem(409, "conflict", title, titleVi);

    /// <summary>Errors of an imported file, each with its line.</summary>
    public static IResult Lines(IReadOnlyList<Unions.Organisation.ImportError> errors) =>
        Problem(422, "file_rejected", "Nothing was imported; some lines must be mended.", "Chưa nhập gì; có dòng cần sửa.", p => p["errors"] = errors);

    public static IResult TooMany() => Problem(429, "too_many_requests", "Too many requests; try again in a minute.", "Quá nhiều lượt đọc; hãy thử lại sau một phút.");

    public static IResult Unauthorized() => Problem(401, "sign_in_required", "Sign in first.", "Hãy đăng nhập.");

    /// <summary>An extension that moved no task: why, task by task.</summary>
    public static IResult NothingExtended(IReadOnlyList<DeadlinesApi.Line> tasks) =>
        Problem(409, "conflict", "No task could be extended.", "Không gia hạn được việc nào.", p => p["tasks"] = tasks);

    /// <summary>Field by field, each in both languages.</summary>
    public static IResult Validation(IReadOnlyDictionary<string, Text> errors) =>
        Problem(422, "validation", "Some fields must be mended.", "Có mục cần sửa.", p => p["errors"] = errors);

    public static IResult Validation(string field, string vi, string en) => Validation(new Dictionary<string, Text> { [field] = new(vi, en) });

    /// <summary>A request that could not be read, and at which place of the body or by which parameter.</summary>
    public static IResult Unreadable(string where, string vi, string en) =>
        Problem(400, "unreadable", "The request could not be read.", "Không đọc được yêu cầu.", p => p["errors"] = new Dictionary<string, Text> { [where] = new(vi, en) });

    private static IResult Problem(int status, string type, string title, string titleVi, Action<IDictionary<string, object?>>? more = null)
    {
        var problem = new ProblemDetails { Status = status, Type = type, Title = title };
        problem.Extensions["titleVi"] = titleVi;
        more?.Invoke(problem.Extensions);
        return Results.Json(problem, statusCode: status, contentType: "application/problem+json");
    }

    /// <summary>Reads the request's actor before the endpoint runs; nobody signed in is 401.</summary>
    public static RouteGroupBuilder RequireActor(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<RequestActor>().ReadAsync(context.HttpContext.RequestAborted) is null
                ? Unauthorized()
                : await next(context));
        return group;
    }

    /// <summary>Behind <see cref="RequireActor"/>: whoever may not is answered 403.</summary>
    public static RouteGroupBuilder Require(this RouteGroupBuilder group, Func<Actor, bool> may)
    {
        group.AddEndpointFilter(async (context, next) =>
            may(context.HttpContext.RequestServices.GetRequiredService<RequestActor>().Actor) ? await next(context) : Forbidden());
        return group;
    }
}
