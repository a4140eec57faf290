// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EscrowSettings} from "./EscrowSettings.sol";
import {IEscrowAccounts} from "./interfaces/IEscrowAccounts.sol";
import {IFiatToken} from "./interfaces/IFiatToken.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {JobTypes} from "./libraries/JobTypes.sol";

/// @title Balances of the escrow
/// @notice Every movement of the token is here; what jobs move are entries in these books.
abstract contract EscrowBalances is EscrowSettings, ReentrancyGuardTransient {
    using SafeERC20 for IFiatToken;

    uint256 internal constant BPS = 10_000;

    IFiatToken internal immutable TOKEN;
    IModelRegistry internal immutable MODELS;

    mapping(address account => Account) internal _accounts;
    mapping(bytes32 modelKey => Proceeds) private _proceeds;

    /// @notice Fixes the token and who owns models.
    /// @param token USDC.
    /// @param models Register of models.
    constructor(address token, address models) {
        require(token != address(0) && models != address(0), ZeroAddress());
        TOKEN = IFiatToken(token);
        MODELS = IModelRegistry(models);
    }

    /// @inheritdoc IEscrowAccounts
    function deposit(uint64 amount) external nonReentrant {
        _checkDeposit(amount);
        _pullAllowed(amount);
        _accounts[msg.sender].available += amount;
        emit Deposited(msg.sender, msg.sender, amount);
    }

    /// @inheritdoc IEscrowAccounts
    function depositWithAuthorization(
        address from,
        uint64 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external nonReentrant {
        _checkDeposit(amount);
        bytes32 nonce = JobTypes.depositNonce(from, amount, salt);
        _pullAuthorized(from, amount, validAfter, validBefore, nonce, signature);
        _accounts[from].available += amount;
        emit Deposited(from, from, amount);
    }

    /// @inheritdoc IEscrowAccounts
    function withdraw(address to, uint64 amount) external nonReentrant {
        require(amount != 0, ZeroAmount());
        _checkRecipient(to);
        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IEscrowAccounts
    function claimRoyalty(bytes32 modelKey, address to) external nonReentrant {
        _checkRecipient(to);
        require(msg.sender == MODELS.termsOf(modelKey).owner, NotModelOwner(modelKey, msg.sender));
        uint256 amount = _proceeds[modelKey].royalty;
        require(amount != 0, ZeroAmount());
        _proceeds[modelKey].royalty = 0;
        emit RoyaltyClaimed(modelKey, to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IEscrowAccounts
    function collectFees(bytes32[] calldata modelKeys, address to) external onlyOwner nonReentrant {
        _checkRecipient(to);
        uint256 amount;
        for (uint256 i; i < modelKeys.length; ++i) {
            amount += _proceeds[modelKeys[i]].fee;
            _proceeds[modelKeys[i]].fee = 0;
        }
        require(amount != 0, ZeroAmount());
        emit FeesCollected(to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IEscrowAccounts
    function accountOf(address account) external view returns (Account memory balance) {
        return _accounts[account];
    }

    /// @inheritdoc IEscrowAccounts
    function exposureOf(address provider) external view returns (uint128 amount) {
        return _accounts[provider].exposure;
    }

    /// @inheritdoc IEscrowAccounts
    function proceedsOf(bytes32 modelKey) external view returns (Proceeds memory proceeds) {
        return _proceeds[modelKey];
    }

    /// @dev Shares `gross` between provider, protocol and model's owner, and gives the client what is left of the price.
    /// Rates are those of the job's terms; both shares are rounded down, so the provider has the remainder. `bound` is the stake that
    /// the job binds no longer.
    function _credit(JobParams calldata params, address provider, uint64 gross, uint256 bound)
        internal
        returns (uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund)
    {
        fee = _share(gross, params.feeBps);
        royalty = _share(gross, params.royaltyBps);
        unchecked {
            // Rates were capped when the job was opened and gross <= charged <= price was checked at submission.
            toProvider = gross - fee - royalty;
            refund = params.price - gross;
        }
        Account memory account = _accounts[provider];
        account.available += toProvider;
        account.exposure = _less(account.exposure, bound);
        _accounts[provider] = account;
        if (refund != 0) _accounts[params.client].available += refund;
        _earn(params.modelKey, royalty, fee);
    }

    function _earn(bytes32 modelKey, uint64 royalty, uint64 fee) internal {
        if (royalty | fee == 0) return;
        Proceeds memory proceeds = _proceeds[modelKey];
        proceeds.royalty += royalty;
        proceeds.fee += fee;
        _proceeds[modelKey] = proceeds;
    }

    /// @dev What is freed was bound, so the difference is never cut off at zero; if it were, money would still move on.
    function _less(uint48 exposure, uint256 bound) private pure returns (uint48 rest) {
        unchecked {
            return exposure > bound ? uint48(exposure - bound) : 0;
        }
    }

    function _unbind(address provider, uint256 bound) internal {
        Account storage account = _accounts[provider];
        account.exposure = _less(account.exposure, bound);
    }

    function _debit(address account, uint64 amount) internal {
        uint64 available = _accounts[account].available;
        require(available >= amount, InsufficientBalance(account, available, amount));
        _accounts[account].available = available - amount;
    }

    function _pullAuthorized(
        address from,
        uint64 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) internal {
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.receiveWithAuthorization(from, address(this), amount, validAfter, validBefore, nonce, signature);
        _checkReceived(balanceBefore, amount);
    }

    /// @dev Somebody may have used the permit first, which is no reason to fail.
    function _pullPermitted(uint64 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        if (TOKEN.allowance(msg.sender, address(this)) < amount) {
            IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s);
        }
        _pullAllowed(amount);
    }

    function _pullAllowed(uint64 amount) private {
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        _checkReceived(balanceBefore, amount);
    }

    function _checkDeposit(uint64 amount) private view {
        require(amount != 0, ZeroAmount());
        require(!_settings.creationPaused, CreationPaused());
    }

    function _checkReceived(uint256 balanceBefore, uint64 amount) private view {
        uint256 received = TOKEN.balanceOf(address(this)) - balanceBefore;
        require(received == amount, UnexpectedTokenDelta(amount, received));
    }

    function _checkRecipient(address to) private view {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
    }

    /// @dev `bps` is at most BPS, so the share is at most the amount.
    function _share(uint64 amount, uint256 bps) internal pure returns (uint64 share) {
        unchecked {
            return uint64((uint256(amount) * bps) / BPS);
        }
    }
}
